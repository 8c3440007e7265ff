import { sql } from 'kysely';
import { checkRunParams, newId, snakeToKebab, type RunParams } from '@runwright/models';
import { agentOf } from '../access/caller.ts';
import { recordChange, type Actor } from '../access/record-change.ts';
import { requireNotExcluded } from '../agent-pools/usable.ts';
import type { ConfigurationVersion } from '../configurations/service.ts';
import type { Platform } from '../context.ts';
import type { NewRow, Row } from '../database/schema.ts';
import { announce } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { enqueueNotifications } from '../notifications/enqueue.ts';
import { snapshotVariables } from '../variables/snapshot.ts';
import { happen } from './life.ts';
import { phasesOfNewRun, preparePhases } from './phase-table.ts';
import { advanceWorkspace } from './schedule.ts';
import { reasonToWait, type Cause } from './self-apply.ts';
import { eventOf, type Run, type Tx } from './transitions.ts';

/** Missing settings of the request come from the workspace and the configuration version. */
export function toColumns(
  params: RunParams,
  workspace: Row<'workspace'>,
  version: ConfigurationVersion,
  overMcp = false,
) {
  // A speculative configuration can never be applied, whatever the request asks for.
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

/** A run applies automatically only when everybody behind it may apply. */
export async function withSelfApply(
  tx: Tx,
  columns: ReturnType<typeof toColumns>,
  workspace: Row<'workspace'>,
  cause: Cause,
): Promise<ReturnType<typeof toColumns>> {
  const mightApply = columns.auto_apply || (columns.allow_empty_apply && !columns.needs_confirmation);
  if (!mightApply || (await reasonToWait(tx, workspace, cause)) === undefined) return columns;
  return { ...columns, auto_apply: false, needs_confirmation: true };
}

export const jsonListOrNull = (list: string[] | undefined): string | null =>
  list === undefined || list.length === 0 ? null : JSON.stringify(list);

/** How the client of a run writes its variables and reads its logs. */
export interface Sent {
  readsStructuredLogs: boolean;
  variablesAs: 'hcl' | 'auto';
}

export const BY_THE_SERVER: Sent = { readsStructuredLogs: true, variablesAs: 'auto' };

/** Inserts a run and starts it if it may. The caller holds the workspace's row, so that runs are numbered in order. */
export async function insertRun(
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
  // Plans that cannot change anything by themselves wait for no other run (api-contract §3.3 row 2b).
  if (run.plan_only || run.save_plan)
    await happen(platform, tx, run, { type: 'schedule', workspaceFree: false });
  else await advanceWorkspace(platform, tx, workspace);
  return run;
}

/** The facts of a new run for the audit trail; of its variables only the names. */
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
