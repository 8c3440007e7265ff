import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { readConfigurationVersion, type ConfigurationVersion } from './service.ts';

type Status = ConfigurationVersion['status'];

/**
 * Deletes the archive of a version that nothing needs any more. The results of its runs stay.
 *
 * @throws 409 it has no archive, is its workspace's current one, or a run that has not ended needs it: with the words
 * that clients look for (api-contract §1.2)
 */
export async function archiveConfiguration(platform: Platform, caller: Caller, id: string): Promise<void> {
  await inLockedWorkspace(platform, caller, id, 'plan-runs', async (tx, version, workspace) => {
    if (workspace.current_configuration_version_id === id) {
      refuse(
        'conflict',
        'The configuration could not be archived because it is current: transition not allowed.',
      );
    }
    if (version.status !== 'uploaded') {
      refuse('conflict', `The configuration version is ${version.status}: transition not allowed.`);
    }
    const needed = await findUnfinishedRun(tx, id);
    if (needed !== undefined) {
      refuse('conflict', `${needed} has not ended and needs the configuration: transition not allowed.`);
    }
    const changes = { status: 'archived' as const, sha256: null, size_bytes: null, archived_at: new Date() };
    await tx.updateTable('configuration_version').set(changes).where('id', '=', id).execute();
    await deleteReadme(tx, id);
    return 'archived';
  });
}

interface DataChange {
  /** The last part of the URL. */
  action: string;
  summary: string;
  from: Status;
  to: Status;
}

/** A run whose configuration is deleted stays readable: only the archive goes. */
export const DATA_CHANGES: readonly DataChange[] = [
  {
    action: 'soft_delete_backing_data',
    summary: 'Take the archive of a configuration version away; it can be restored',
    from: 'uploaded',
    to: 'backing_data_soft_deleted',
  },
  {
    action: 'restore_backing_data',
    summary: 'Bring the archive of a configuration version back that was taken away',
    from: 'backing_data_soft_deleted',
    to: 'uploaded',
  },
  {
    action: 'permanently_delete_backing_data',
    summary: 'Give up, for good, the archive of a configuration version that was taken away',
    from: 'backing_data_soft_deleted',
    to: 'backing_data_permanently_deleted',
  },
];

/** @throws 400 from another status, or while a run that has not ended needs the archive (api-contract §5.6) */
export async function changeBackingData(
  platform: Platform,
  caller: Caller,
  id: string,
  { from, to }: DataChange,
): Promise<void> {
  await inLockedWorkspace(platform, caller, id, 'admin', async (tx, version) => {
    if (version.status !== from) {
      refuse(
        'bad_request',
        `The configuration version is ${version.status}, not ${from}: transition not allowed.`,
      );
    }
    const needed = to === 'uploaded' ? undefined : await findUnfinishedRun(tx, id);
    if (needed !== undefined) {
      refuse('bad_request', `${needed} has not ended and needs the configuration: transition not allowed.`);
    }
    await tx
      .updateTable('configuration_version')
      .set({
        status: to,
        backing_data_deleted_at: to === 'uploaded' ? null : new Date(),
        ...(to === 'backing_data_permanently_deleted' ? { sha256: null, size_bytes: null } : {}),
      })
      .where('id', '=', id)
      .execute();
    if (to === 'backing_data_permanently_deleted') await deleteReadme(tx, id);
    return to;
  });
}

/** Holds the lock that every new run of the workspace takes, so that no new run needs the archive meanwhile. */
async function inLockedWorkspace(
  platform: Platform,
  caller: Caller,
  id: string,
  permission: 'plan-runs' | 'admin',
  change: (tx: Tx, version: ConfigurationVersion, workspace: Row<'workspace'>) => Promise<Status>,
): Promise<void> {
  const { workspace_id: workspaceId } = await readConfigurationVersion(platform, caller, id, permission);
  await transact(platform.db, async (tx) => {
    const workspace = (await lockWorkspaceRow(tx, workspaceId)) ?? refuse('not_found');
    const version = await tx
      .selectFrom('configuration_version')
      .selectAll()
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (version === undefined) refuse('not_found');
    const status = await change(tx, version, workspace);
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'configuration-versions', id },
      action: status === 'archived' ? 'archive' : 'update',
      before: { status: version.status },
      after: { status },
    });
  });
}

async function deleteReadme(tx: Tx, configurationVersionId: string): Promise<void> {
  await tx
    .deleteFrom('configuration_readme')
    .where('configuration_version_id', '=', configurationVersionId)
    .execute();
}

async function findUnfinishedRun(tx: Tx, configurationVersionId: string): Promise<string | undefined> {
  const run = await tx
    .selectFrom('run')
    .innerJoin('run_status', 'run_status.status', 'run.status')
    .select('run.id')
    .where('run.configuration_version_id', '=', configurationVersionId)
    .where('run_status.final', '=', false)
    .executeTakeFirst();
  return run?.id;
}
