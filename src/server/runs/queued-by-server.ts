import { RUN_PARAM_DEFAULTS } from '@runwright/models';
import type { Actor } from '../access/record-change.ts';
import type { ConfigurationVersion } from '../configurations/service.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { afterCommit } from '../database/transact.ts';
import { Refusal } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { BY_THE_SERVER, insertRun, toColumns, withSelfApply } from './insert-run.ts';
import { recordEvent, type Tx } from './transitions.ts';

/**
 * The run that an upload with `auto-queue-runs` starts (api-contract §5.6), in the transaction that stores the upload.
 * The caller holds the workspace's row.
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
    ...(await withSelfApply(tx, toColumns(RUN_PARAM_DEFAULTS, workspace, version), workspace, cause)),
    organization_id: workspace.organization_id,
    message: 'Configuration uploaded',
    source: 'tfe-api',
    created_by: version.created_by,
  });
  afterCommit(tx, () => platform.wakeUps.wake(topics.work));
}

/**
 * The run that an applied run of a source workspace triggers (api-contract §5.11), of the current configuration. There
 * is none when the trigger, run or configuration is gone, or the workspace's runs are executed elsewhere.
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
    { ...RUN_PARAM_DEFAULTS, auto_apply: workspace.auto_apply_run_trigger },
    workspace,
    version,
  );
  // Automatic applies are a setting that only administrators of the workspace can change.
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

/** Records in the events of the triggering run why there is no run, and when it is tried again. */
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
