import type { Readable } from 'node:stream';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange, type Actor } from '../audit/record-change.ts';
import { requireActor, requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { inspectArchive } from './inspect-archive.ts';

export type ConfigurationVersion = Row<'configuration_version'>;

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

/** What a run works on. @throws 404 as for a configuration version */
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
  const { count } = await query
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const versions = await query
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { versions, totalCount: count };
}

/**
 * Stores the uploaded tar.gz. The server unpacks nothing of it: the runner does, inside a run's own folder, and looks
 * at it once more. The address is spent afterwards (threat T9).
 *
 * @param follow what comes of it, in the same transaction
 * @throws 422 it is no archive that a runner would take, or what `follow` throws: then the upload can be repeated
 */
export async function storeConfiguration(
  platform: Platform,
  actor: Actor,
  id: string,
  archive: Readable,
  follow: (tx: Tx, workspace: Row<'workspace'>, version: ConfigurationVersion) => Promise<void>,
): Promise<void> {
  const { db, blobs, limits } = platform;
  const pending = await db
    .selectFrom('configuration_version')
    .select(['status', 'workspace_id'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (pending === undefined) refuse('not_found');
  if (pending.status !== 'pending')
    refuse('conflict', 'The configuration version has been uploaded already.');
  const blob = await blobs.put(archive, { maxBytes: limits.configurationBytes });
  const inspected = await inspectArchive(await blobs.open(blob.sha256), blob.sizeBytes);
  if ('refused' in inspected) refuse('unprocessable', `The archive cannot be used: ${inspected.refused}.`);
  const { readme } = inspected;
  await transact(db, async (tx) => {
    const workspace = (await lockWorkspaceRow(tx, pending.workspace_id)) ?? refuse('not_found');
    const version = await tx
      .updateTable('configuration_version')
      .set({ status: 'uploaded', sha256: blob.sha256, size_bytes: blob.sizeBytes, uploaded_at: new Date() })
      .where('id', '=', id)
      .where('status', '=', 'pending')
      .returningAll()
      .executeTakeFirst();
    if (version === undefined) refuse('conflict', 'The configuration version has been uploaded already.');
    if (readme !== undefined) {
      await tx
        .insertInto('configuration_readme')
        .values({ configuration_version_id: id, markdown: readme })
        .execute();
    }
    if (!version.speculative && !version.provisional) {
      await tx
        .updateTable('workspace')
        .set({ current_configuration_version_id: id })
        .where('id', '=', workspace.id)
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
