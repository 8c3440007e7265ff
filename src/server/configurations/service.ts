import type { Readable } from 'node:stream';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange, type Actor } from '../access/record-change.ts';
import { requireActor, requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { inspectArchive } from './inspect-archive.ts';

export type ConfigurationVersion = Row<'configuration_version'>;

/** The new version is its workspace's current one, unless it is speculative or provisional; no run can use it yet. */
export async function createConfigurationVersion(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  attributes: { speculative: boolean; provisional: boolean; autoQueueRuns: boolean },
  source: string,
): Promise<ConfigurationVersion> {
  requireActor(caller);
  const workspace = await readWorkspace(platform, caller, workspaceId, 'plan-runs');
  return await transact(platform.db, async (tx) => {
    (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    const version = await tx
      .insertInto('configuration_version')
      .values({
        id: newId('cv'),
        workspace_id: workspace.id,
        source,
        speculative: attributes.speculative,
        provisional: attributes.provisional,
        auto_queue_runs: attributes.autoQueueRuns,
        created_by: caller.userId,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (!version.speculative && !version.provisional) {
      await tx
        .updateTable('workspace')
        .set({ current_configuration_version_id: version.id })
        .where('id', '=', workspace.id)
        .execute();
    }
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'configuration-versions', id: version.id },
      action: 'create',
      after: { workspace: workspace.id, source, speculative: version.speculative },
    });
    return version;
  });
}

export async function readConfigurationVersion(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: WorkspacePermission = 'read-runs',
): Promise<ConfigurationVersion> {
  const found = await db
    .selectFrom('configuration_version')
    .innerJoin('workspace', 'workspace.id', 'configuration_version.workspace_id')
    .selectAll('configuration_version')
    .select('workspace.organization_id')
    .where('configuration_version.id', '=', id)
    .executeTakeFirst();
  if (found === undefined) refuse('not_found');
  const workspace = { id: found.workspace_id, organization_id: found.organization_id };
  await requireInWorkspace(db, caller, workspace, permission);
  return found;
}

/** The blob of an uploaded archive, for a caller whose address was signed. @throws 404 */
export async function findArchive({ db }: Platform, id: string): Promise<string> {
  const version = await db
    .selectFrom('configuration_version')
    .select('sha256')
    .where('id', '=', id)
    .where('status', '=', 'uploaded')
    .executeTakeFirst();
  return version?.sha256 ?? refuse('not_found');
}

/** For callers that fetch the archive: the service of a run task may fetch that of the run that it is asked about. */
export async function readConfigurationToFetch(
  platform: Platform,
  caller: Caller,
  id: string,
): Promise<ConfigurationVersion> {
  if (caller.kind !== 'task') return await readConfigurationVersion(platform, caller, id);
  const own = await platform.db
    .selectFrom('run')
    .innerJoin('configuration_version', 'configuration_version.id', 'run.configuration_version_id')
    .selectAll('configuration_version')
    .where('run.id', '=', caller.runId)
    .where('configuration_version.id', '=', id)
    .executeTakeFirst();
  return own ?? refuse('not_found');
}

/** The configuration of a run. @throws 404 as for a configuration version */
export async function readConfigurationOfRun(
  platform: Platform,
  caller: Caller,
  runId: string,
): Promise<ConfigurationVersion> {
  const run = await platform.db
    .selectFrom('run')
    .select('configuration_version_id')
    .where('id', '=', runId)
    .executeTakeFirst();
  if (run === undefined) refuse('not_found');
  return await readConfigurationVersion(platform, caller, run.configuration_version_id);
}

export async function listConfigurationVersions(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  page: Page,
): Promise<{ versions: ConfigurationVersion[]; totalCount: number }> {
  const workspace = await readWorkspace(platform, caller, workspaceId, 'read-runs');
  const query = platform.db.selectFrom('configuration_version').where('workspace_id', '=', workspace.id);
  const { rows: versions, totalCount } = await readPage(
    query.selectAll().orderBy('created_at', 'desc').orderBy('id'),
    page,
  );
  return { versions, totalCount };
}

/**
 * Stores the uploaded tar.gz. The server unpacks nothing of it: the runner does, inside a run's own folder, and checks
 * it once more. A client that repeats an upload after a lost answer gets the first answer; another archive replaces one
 * that no run has used.
 *
 * @param follow the consequences, in the same transaction
 * @throws 422 it is no archive that a runner would accept, or what `follow` throws: then the upload can be repeated;
 *   409 once a run has used the uploaded archive, or it was deleted
 */
export async function storeConfiguration(
  platform: Platform,
  actor: Actor,
  id: string,
  archive: Readable,
  follow: (tx: Tx, workspace: Row<'workspace'>, version: ConfigurationVersion) => Promise<void>,
): Promise<void> {
  const { db, blobs, limits } = platform;
  const known = await db
    .selectFrom('configuration_version')
    .select(['status', 'workspace_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (known === undefined) refuse('not_found');
  if (!TAKES_UPLOADS.includes(known.status)) refuseUpload(known.status);
  const blob = await blobs.put(archive, { maxBytes: limits.configurationBytes });
  const inspected = await inspectArchive(await blobs.open(blob.sha256), blob.sizeBytes);
  if ('refused' in inspected) refuse('unprocessable', `The archive cannot be used: ${inspected.refused}.`);
  const { readme } = inspected;
  await transact(db, async (tx) => {
    const workspace = (await lockWorkspaceRow(tx, known.workspace_id)) ?? refuse('not_found');
    const before = await tx
      .selectFrom('configuration_version')
      .select(['status', 'sha256'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (before === undefined) refuse('not_found');
    if (!TAKES_UPLOADS.includes(before.status)) refuseUpload(before.status);
    if (before.sha256 === blob.sha256) return;
    if (before.status === 'uploaded') await requireUnused(tx, id);
    const version = await tx
      .updateTable('configuration_version')
      .set({ status: 'uploaded', sha256: blob.sha256, size_bytes: blob.sizeBytes, uploaded_at: new Date() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    await tx.deleteFrom('configuration_readme').where('configuration_version_id', '=', id).execute();
    if (readme !== undefined) {
      await tx
        .insertInto('configuration_readme')
        .values({ configuration_version_id: id, markdown: readme })
        .execute();
    }
    await recordChange(tx, actor, {
      organizationId: workspace.organization_id,
      resource: { type: 'configuration-versions', id },
      action: 'upload',
      after: { sha256: blob.sha256, size: blob.sizeBytes },
    });
    await follow(tx, workspace, version);
  });
}

const TAKES_UPLOADS: readonly ConfigurationVersion['status'][] = ['pending', 'uploaded'];

const refuseUpload = (status: string): never =>
  refuse('conflict', `The configuration version has been uploaded already and is ${status}.`);

async function requireUnused(tx: Tx, id: string): Promise<void> {
  const run = await tx
    .selectFrom('run')
    .select('id')
    .where('configuration_version_id', '=', id)
    .executeTakeFirst();
  if (run === undefined) return;
  refuse(
    'conflict',
    `The configuration version has been uploaded already, and ${run.id} uses it: create a new one.`,
  );
}
