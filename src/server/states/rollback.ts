import { createHash } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import { userIdOf } from '../access/caller.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { requireLockHolder } from './create.ts';
import { readStateFile } from './state-file.ts';
import { discardPending, insertCurrent, readCurrent, type StateVersion } from './store.ts';
import { withSerial } from './with-serial.ts';

const POINTER = '/data/relationships/rollback-state-version';

/**
 * Makes an earlier state the current one again: a copy of it with the next serial, also inside of the file, so that
 * whoever goes on from it counts up. Nothing is removed (api-contract §5.7).
 *
 * @throws 409 the workspace is not locked by the caller; 422 there is no such version in the workspace
 */
export async function rollBackState(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  versionId: string,
): Promise<StateVersion> {
  const workspace = await readWorkspace(platform, caller, workspaceId, 'write-state');
  const earlier = await platform.db
    .selectFrom('state_version')
    .selectAll()
    .where('id', '=', versionId)
    .where('workspace_id', '=', workspace.id)
    .executeTakeFirst();
  if (earlier === undefined) {
    refuse('invalid_attribute', `State version ${versionId} is not one of this workspace.`, POINTER);
  }
  if (earlier.sha256 === null) {
    refuse(
      'invalid_attribute',
      `State version ${versionId} is ${earlier.status}: it has no content.`,
      POINTER,
    );
  }
  const text = (await platform.blobs.read(earlier.sha256)).toString('utf8');
  const seen = workspace.current_state_version_id;
  const serial = 1 + (await serialOf(platform, seen));
  const bytes = Buffer.from(withSerial(text, serial) ?? '');
  const facts = readStateFile(bytes);
  if (facts === undefined) throw new Error(`the state version ${versionId} is not a state file`);
  const blob = await platform.blobs.put(bytes, { maxBytes: platform.limits.stateBytes });
  return await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    await requireLockHolder(tx, row, caller);
    const current = await readCurrent(tx, row.id);
    if ((current?.id ?? null) !== seen) {
      refuse('conflict', 'Another state version has been made meanwhile: look at it, then try again.');
    }
    await discardPending(tx, row.id);
    const version = await insertCurrent(
      tx,
      {
        workspace_id: row.id,
        run_id: null,
        created_by: userIdOf(caller),
        serial,
        lineage: earlier.lineage,
        md5: createHash('md5').update(bytes).digest('hex'),
        sha256: blob.sha256,
        size_bytes: blob.sizeBytes,
        rollback_state_version_id: earlier.id,
      },
      { facts, ...blob },
    );
    await recordChange(tx, caller, {
      organizationId: row.organization_id,
      resource: { type: 'state-versions', id: version.id },
      action: 'rollback',
      before: { current: seen },
      after: { workspace: row.id, serial, 'rolled-back-to': earlier.id },
    });
    return version;
  });
}

async function serialOf({ db }: Platform, id: string | null): Promise<number> {
  const version = await db
    .selectFrom('state_version')
    .select('serial')
    .where('id', '=', id)
    .executeTakeFirst();
  return version?.serial ?? 0;
}
