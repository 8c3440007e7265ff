import { sql } from 'kysely';
import { checkRunParams, newId, snakeToKebab, type RunParams } from '@runwright/models';
import { agentOf, type Caller } from '../access/caller.ts';
import { recordChange, type Actor } from '../access/record-change.ts';
import { canInWorkspace, requireActor } from '../access/permissions.ts';
import { requireNotExcluded } from '../agent-pools/usable.ts';
import type { ConfigurationVersion } from '../configurations/service.ts';
import type { Platform } from '../context.ts';
import type { NewRow, Row } from '../database/schema.ts';
import { afterCommit, announce, transact } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import { Refusal, refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { enqueueNotifications } from '../notifications/enqueue.ts';
import { snapshotVariables } from '../variables/snapshot.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { isVersionRequest } from '../workspaces/version-request.ts';
import { DEFAULT_MESSAGE, type CreatingClient } from './creating-client.ts';
import { findRepeated, rememberRequest } from './repeated-request.ts';
import { phasesOfNewRun, preparePhases } from './phase-table.ts';
import { readDetails, type RunDetails } from './queries.ts';
import { happen } from './life.ts';
import { advanceWorkspace } from './schedule.ts';
import { reasonToWait, type Cause } from './self-apply.ts';
import { eventOf, recordEvent, type Run, type Tx } from './transitions.ts';

export interface RunRequest {
  workspaceId: string;
  params: RunParams;
  /** As of `readActionAddrs`. */
  invokeActionAddrs: string[] | undefined;
  configurationVersionId: string | undefined;
}

/**
 * Creates a run and starts it if nothing is in its way, in one transaction, and answers it as it was created: `pending`
 * (api-contract §2.2). A request that is a repetition gets the run that the first one made. The caller wakes the runners.
 *
 * @throws 404 unknown workspace or configuration version; 422 what the workspace does not allow
 */
export async function createRun(
  platform: Platform,
  caller: Caller,
  { workspaceId, params, invokeActionAddrs, configurationVersionId }: RunRequest,
  { program, readsStructuredLogs, key }: CreatingClient,
): Promise<RunDetails> {
  const usual = caller.sessionId === undefined ? 'tfe-api' : 'tfe-ui';
  const source = program === 'other' ? usual : 'tfe-cli';
  requireActor(caller);
  const workspace = await readWorkspace(platform, caller, workspaceId, 'plan-runs');
  if (workspace.execution_mode === 'local') {
    refuse(
      'unprocessable',
      'Workspace is configured for local execution: its runs happen on your own machine.',
    );
  }
  if (params.is_destroy && !workspace.allow_destroy_plan) {
    const detail =
      'Destroy plans are not allowed in this workspace: set its allow-destroy-plan to true first.';
    refuse('invalid_attribute', detail, '/data/attributes/is-destroy');
  }
  if (params.terraform_version !== undefined && !isVersionRequest(params.terraform_version)) {
    const detail = `Terraform version "${params.terraform_version}" is not a version: use one like 1.11.4.`;
    refuse('invalid_attribute', detail, '/data/attributes/terraform-version');
  }
  const request = {
    userId: caller.userId,
    key,
    wanted: { ...params, invokeActionAddrs, workspaceId, configurationVersionId },
    isUnique: source === 'tfe-cli' && configurationVersionId !== undefined,
  };
  return await transact(platform.db, async (tx) => {
    const current = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    const earlier = await findRepeated(tx, request);
    if (earlier !== undefined) return await detailsOf(tx, earlier);
    const version = await usableConfiguration(tx, caller, current, configurationVersionId);
    const columns = toColumns(params, current, version, caller.origin.via === 'mcp');
    if (params.auto_apply === true && columns.auto_apply) await requireApply(tx, caller, current);
    // The terraform CLI always sends HCL; others may send plain text (terraform-cli A3, B6).
    const sent = { readsStructuredLogs, variablesAs: program === 'terraform' ? 'hcl' : 'auto' } as const;
    const created = await insertRun(platform, tx, caller, current, sent, {
      ...(await withSelfApply(tx, columns, current, {
        askedBy: caller.userId,
        uploadedBy: version.created_by,
      })),
      invoke_action_addrs: jsonListOrNull(invokeActionAddrs),
      organization_id: current.organization_id,
      message: params.message ?? DEFAULT_MESSAGE[source === 'tfe-ui' ? 'pages' : program],
      source,
      created_by: caller.userId,
    });
    await rememberRequest(tx, request, created);
    return await detailsOf(tx, created);
  });
}

async function detailsOf(tx: Tx, run: Run): Promise<RunDetails> {
  const [details] = await readDetails(tx, [run]);
  return details ?? refuse('not_found');
}

/**
 * The run that an upload with `auto-queue-runs` starts (api-contract §5.6), in the transaction that stores it. The caller
 * holds the workspace's row.
 */
export async function queueUploadedConfiguration(
  platform: Platform,
  tx: Tx,
  actor: Actor,
  workspace: Row<'workspace'>,
  version: ConfigurationVersion,
): Promise<void> {
  if (!version.auto_queue_runs || workspace.execution_mode === 'local') return;
  const cause = { askedBy: version.created_by, uploadedBy: version.created_by };
  await insertRun(platform, tx, actor, workspace, BY_THE_SERVER, {
    ...(await withSelfApply(tx, toColumns(AUTO_QUEUED, workspace, version), workspace, cause)),
    organization_id: workspace.organization_id,
    message: 'Configuration uploaded',
    source: 'tfe-api',
    created_by: version.created_by,
  });
  afterCommit(tx, () => platform.wakeUps.wake(topics.work));
}

/**
 * The run that an applied run of a source workspace triggers here (api-contract §5.11): of the current configuration.
 * None when the trigger, the run or the configuration is gone, or the workspace's runs happen elsewhere.
 */
export async function createTriggeredRun(
  platform: Platform,
  tx: Tx,
  { runId, workspaceId }: { runId: string; workspaceId: string },
): Promise<void> {
  const workspace = await lockWorkspaceRow(tx, workspaceId);
  const source = await tx
    .selectFrom('run')
    .innerJoin('workspace', 'workspace.id', 'run.workspace_id')
    .innerJoin('run_trigger', 'run_trigger.sourceable_id', 'workspace.id')
    .select(['workspace.id', 'workspace.name'])
    .where('run.id', '=', runId)
    .where('run_trigger.workspace_id', '=', workspaceId)
    .executeTakeFirst();
  if (workspace === undefined || source === undefined || workspace.execution_mode === 'local') return;
  const version = await tx
    .selectFrom('configuration_version')
    .selectAll()
    .where('id', '=', workspace.current_configuration_version_id)
    .where('status', '=', 'uploaded')
    .executeTakeFirst();
  const earlier = await tx
    .selectFrom('run')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('triggering_run_id', '=', runId)
    .executeTakeFirst();
  if (version === undefined || earlier !== undefined) return;
  const columns = toColumns(
    { ...AUTO_QUEUED, auto_apply: workspace.auto_apply_run_trigger },
    workspace,
    version,
  );
  // That it applies by itself is a setting, which only administrators of the workspace can make.
  const cause = { askedBy: undefined, uploadedBy: version.created_by };
  await insertRun(platform, tx, null, workspace, BY_THE_SERVER, {
    ...(await withSelfApply(tx, columns, workspace, cause)),
    organization_id: workspace.organization_id,
    message: `Triggered by run ${runId} of workspace ${source.name}`,
    source: 'tfe-run-trigger',
    trigger_reason: 'run_trigger',
    triggering_run_id: runId,
    triggering_source_id: source.id,
    triggering_source_name: source.name,
    created_by: null,
  });
}

/** Says in the events of the run that triggers why there is no run, and when it is tried again. */
export async function recordFailedTrigger(
  tx: Tx,
  runId: string,
  workspaceId: string,
  error: unknown,
  again: Date | undefined,
): Promise<void> {
  const workspace = await tx
    .selectFrom('workspace')
    .innerJoin('run', 'run.organization_id', 'workspace.organization_id')
    .select('workspace.name')
    .where('workspace.id', '=', workspaceId)
    .where('run.id', '=', runId)
    .executeTakeFirst();
  if (workspace === undefined) return;
  const reason = error instanceof Refusal ? error.message : 'an error of the server, which its log has.';
  const next = again
    ? `It is tried again at ${again.toISOString()}.`
    : 'It is not tried again: create the run yourself.';
  const description = `No run could be queued in the workspace ${workspace.name}: ${reason} ${next}`;
  await recordEvent(tx, runId, 'run_trigger_failed', { description });
}

const AUTO_QUEUED: RunParams = {
  is_destroy: false,
  refresh: true,
  refresh_only: false,
  plan_only: false,
  allow_empty_apply: false,
  save_plan: false,
  debugging_mode: false,
  allow_config_generation: false,
};

/** The one that is asked for may be of another workspace of the organization whose configurations the caller may read. */
async function usableConfiguration(
  tx: Tx,
  caller: Caller,
  workspace: Row<'workspace'>,
  requestedId: string | undefined,
): Promise<ConfigurationVersion> {
  const pointer = '/data/relationships/configuration-version';
  const id = requestedId ?? workspace.current_configuration_version_id;
  if (id === null) {
    refuse(
      'invalid_attribute',
      'Configuration version is missing: upload one to the workspace first.',
      pointer,
    );
  }
  const version = await tx
    .selectFrom('configuration_version')
    .innerJoin('workspace', 'workspace.id', 'configuration_version.workspace_id')
    .selectAll('configuration_version')
    .where('configuration_version.id', '=', id)
    .where('workspace.organization_id', '=', workspace.organization_id)
    // Else it could be archived, or go with its workspace, before the run that needs it is there.
    .forKeyShare('configuration_version')
    .executeTakeFirst();
  const home = { id: version?.workspace_id ?? '', organization_id: workspace.organization_id };
  const mayUse =
    home.id === workspace.id || (home.id !== '' && (await canInWorkspace(tx, caller, home, 'read-runs')));
  if (version === undefined || !mayUse) {
    refuse(
      'invalid_attribute',
      `Configuration version ${id} is not one of the organization that you may read.`,
      pointer,
    );
  }
  if (version.status !== 'uploaded') {
    refuse('invalid_attribute', `Configuration version ${id} is ${version.status}, not uploaded.`, pointer);
  }
  return version;
}

/** What the request leaves open comes from the workspace and the configuration version. */
function toColumns(
  params: RunParams,
  workspace: Row<'workspace'>,
  version: ConfigurationVersion,
  overMcp = false,
) {
  // A speculative configuration can never be applied, whatever the request says.
  const planOnly = params.plan_only || version.speculative;
  for (const { rule, message } of checkRunParams({ ...params, plan_only: planOnly }, snakeToKebab)) {
    if (rule === 'terraform_version')
      refuse('invalid_attribute', message, '/data/attributes/terraform-version');
  }
  const wantsPerson = overMcp && workspace.mcp_apply_approval;
  if (wantsPerson && params.auto_apply === true && !planOnly) {
    refuse(
      'invalid_attribute',
      'A person must approve what is applied over MCP in this workspace: leave auto-apply out.',
      '/data/attributes/auto-apply',
    );
  }
  const mayAutoApply = !planOnly && !params.save_plan && !wantsPerson;
  return {
    workspace_id: workspace.id,
    configuration_version_id: version.id,
    plan_only: planOnly,
    save_plan: params.save_plan && !planOnly,
    is_destroy: params.is_destroy,
    auto_apply: mayAutoApply && (params.auto_apply ?? workspace.auto_apply),
    refresh: params.refresh,
    refresh_only: params.refresh_only,
    allow_empty_apply: params.allow_empty_apply,
    needs_confirmation: wantsPerson && params.allow_empty_apply,
    allow_config_generation: params.allow_config_generation,
    debugging_mode: params.debugging_mode,
    target_addrs: jsonListOrNull(params.target_addrs),
    replace_addrs: jsonListOrNull(params.replace_addrs),
    variables: JSON.stringify(params.variables ?? []),
    terraform_version: params.terraform_version ?? workspace.terraform_version,
  };
}

/** @throws 403 for who may plan and asks for more: left alone, the run would wait where it was said not to */
async function requireApply(tx: Tx, caller: Caller, workspace: Row<'workspace'>): Promise<void> {
  if (await canInWorkspace(tx, caller, workspace, 'apply-runs')) return;
  refuse(
    'forbidden',
    'You may queue runs in this workspace and not apply them: leave auto-apply out, and the run waits for somebody who may.',
    '/data/attributes/auto-apply',
  );
}

/** A run that would apply by itself does so only where everybody behind it may. */
async function withSelfApply(
  tx: Tx,
  columns: ReturnType<typeof toColumns>,
  workspace: Row<'workspace'>,
  cause: Cause,
): Promise<ReturnType<typeof toColumns>> {
  const mightApply = columns.auto_apply || (columns.allow_empty_apply && !columns.needs_confirmation);
  if (!mightApply || (await reasonToWait(tx, workspace, cause)) === undefined) return columns;
  return { ...columns, auto_apply: false, needs_confirmation: true };
}

const jsonListOrNull = (list: string[] | undefined): string | null =>
  list === undefined || list.length === 0 ? null : JSON.stringify(list);

/** How the client of a run writes its variables and reads its logs. */
interface Sent {
  readsStructuredLogs: boolean;
  variablesAs: 'hcl' | 'auto';
}

const BY_THE_SERVER: Sent = { readsStructuredLogs: true, variablesAs: 'auto' };

/** The caller holds the workspace's row, so that runs get their places in the order of their creation. */
async function insertRun(
  platform: Platform,
  tx: Tx,
  actor: Actor,
  workspace: Row<'workspace'>,
  { readsStructuredLogs, variablesAs }: Sent,
  columns: Omit<NewRow<'run'>, 'id'>,
): Promise<Run> {
  await requireNotExcluded(tx, workspace.id, workspace.agent_pool_id);
  const id = newId('run');
  const structured = workspace.structured_run_output_enabled && readsStructuredLogs;
  const phase = (kind: 'plan' | 'apply') => ({
    id: newId(kind),
    run_id: id,
    kind,
    structured_log: structured,
  });
  const queued = eventOf(id, 'queued', { actorId: columns.created_by ?? null, agent: agentOf(actor) });
  announce(tx, topics.runEvents);
  const run = await tx
    .with('phase', (once) => once.insertInto('run_phase').values([phase('plan'), phase('apply')]))
    .with('event', (once) => once.insertInto('run_event').values(queued))
    .insertInto('run')
    .values({
      ...columns,
      engine: sql`coalesce(${workspace.engine}::text,
        (select engine from organization where id = ${workspace.organization_id}), ${platform.engine}::text)`,
      id,
      phases: JSON.stringify(await phasesOfNewRun(tx, columns)),
      status_timestamps: JSON.stringify({ 'plan-queueable-at': statusTimestamp(new Date()) }),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await preparePhases(tx, run);
  await snapshotVariables(platform, tx, run, variablesAs);
  await enqueueNotifications(tx, run, undefined, run.status, run.created_by);
  await recordChange(tx, actor, {
    organizationId: run.organization_id,
    resource: { type: 'runs', id: run.id },
    action: 'create',
    after: describeRun(run),
  });
  // Plans that cannot change anything by themselves wait for nobody (api-contract §3.3 row 2b).
  if (run.plan_only || run.save_plan)
    await happen(platform, tx, run, { type: 'schedule', workspaceFree: false });
  else await advanceWorkspace(platform, tx, workspace);
  return run;
}

/** What the audit trail keeps of a new run; of its variables the names. */
function describeRun(run: Run): Record<string, unknown> {
  return {
    workspace: run.workspace_id,
    'configuration-version': run.configuration_version_id,
    source: run.source,
    'plan-only': run.plan_only,
    'save-plan': run.save_plan,
    'is-destroy': run.is_destroy,
    'auto-apply': run.auto_apply,
    'refresh-only': run.refresh_only,
    'target-addrs': run.target_addrs,
    'replace-addrs': run.replace_addrs,
    'invoke-action-addrs': run.invoke_action_addrs,
    variables: run.variables.map(({ key }) => key),
  };
}
