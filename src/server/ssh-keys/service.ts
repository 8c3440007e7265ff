import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recordChange, recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { SealedValueProblem } from '../secrets/sealer.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';

const record = recorderOf('ssh-keys');

export type SshKey = Row<'ssh_key'>;

const COLUMN = 'ssh_key.sealed_value';

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readSshKey(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-vcs-settings',
): Promise<SshKey> {
  const key = await db.selectFrom('ssh_key').selectAll().where('id', '=', id).executeTakeFirst();
  if (key === undefined) refuse('not_found');
  await requireInOrganization(db, caller, key.organization_id, permission);
  return key;
}

export async function listSshKeys(
  { db }: Platform,
  organizationId: string,
  page: Page,
): Promise<{ keys: SshKey[]; totalCount: number }> {
  const query = db.selectFrom('ssh_key').where('organization_id', '=', organizationId);
  const { rows: keys, totalCount } = await readPage(query.selectAll().orderBy('name').orderBy('id'), page);
  return { keys, totalCount };
}

export async function createSshKey(
  { db, sealer }: Platform,
  caller: Caller,
  organizationId: string,
  { name, value }: { name: string; value: string },
): Promise<SshKey> {
  const id = newId('sshkey');
  return await transact(db, async (tx) => {
    const key = await tx
      .insertInto('ssh_key')
      .values({ id, organization_id: organizationId, name, sealed_value: sealer.seal(value, COLUMN, id) })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(tx, caller, key, 'create', { after: { name } });
    return key;
  });
}

/** Changes only the given attributes. */
export async function updateSshKey(
  { db, sealer }: Platform,
  caller: Caller,
  before: SshKey,
  { name, value }: { name?: string | null | undefined; value?: string | null | undefined },
): Promise<SshKey> {
  return await transact(db, async (tx) => {
    const key = await tx
      .updateTable('ssh_key')
      .set({
        id: before.id,
        ...(typeof name === 'string' ? { name } : {}),
        ...(typeof value === 'string' ? { sealed_value: sealer.seal(value, COLUMN, before.id) } : {}),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (key === undefined) refuse('not_found');
    const after = { name: key.name, ...(typeof value === 'string' ? { value: 'changed' } : {}) };
    await record(tx, caller, key, 'update', { before: { name: before.name }, after });
    return key;
  });
}

/** Workspaces that used it use none from then on. */
export async function deleteSshKey({ db }: Platform, caller: Caller, key: SshKey): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('ssh_key').where('id', '=', key.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await record(tx, caller, key, 'destroy', { before: { name: key.name } });
  });
}

/** @param keyId null: none from then on */
export async function assignSshKey(
  { db }: Platform,
  caller: Caller,
  workspace: { id: string; organization_id: string },
  keyId: string | null,
): Promise<void> {
  await transact(db, async (tx) => {
    const before = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    if (keyId !== null) {
      const key = await tx
        .selectFrom('ssh_key')
        .select('id')
        .where('id', '=', keyId)
        .where('organization_id', '=', workspace.organization_id)
        .executeTakeFirst();
      if (key === undefined) refuse('not_found');
    }
    await tx
      .updateTable('workspace')
      .set({ ssh_key_id: keyId, updated_at: new Date() })
      .where('id', '=', workspace.id)
      .execute();
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'workspaces', id: workspace.id },
      action: keyId === null ? 'unassign_ssh_key' : 'assign_ssh_key',
      before: { 'ssh-key': before.ssh_key_id },
      after: { 'ssh-key': keyId },
    });
  });
}

/** The key with which a workspace's steps fetch modules, in clear, for its runner; null: none, or it cannot be read. */
export async function openSshKey(
  { sealer, log }: Platform,
  tx: Tx,
  workspaceId: string,
): Promise<string | null> {
  const key = await tx
    .selectFrom('workspace')
    .innerJoin('ssh_key', 'ssh_key.id', 'workspace.ssh_key_id')
    .select(['ssh_key.id', 'ssh_key.sealed_value'])
    .where('workspace.id', '=', workspaceId)
    .executeTakeFirst();
  if (key === undefined) return null;
  try {
    return sealer.open(key.sealed_value, COLUMN, key.id);
  } catch (error) {
    if (!(error instanceof SealedValueProblem)) throw error;
    // A configuration without modules over SSH does not need it; in others git reports the missing key.
    log.error({ sshKey: key.id }, `an SSH key cannot be used: ${error.message}`);
    return null;
  }
}
