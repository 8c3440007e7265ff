import { Readable } from 'node:stream';
import type { Caller } from '../access/caller.ts';
import { userIdOf } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Blob } from '../blobs/blob-store.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { discardStalePlans } from '../runs/stale.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { requireLockHolder } from './create.ts';
import { readStateFacts } from '../states/state-facts.ts';
import { discardPending, insertCurrent, readCurrent, type StateVersion } from '../states/store.ts';

const POINTER = '/data/relationships/rollback-state-version';

/**
 * Makes an earlier state the current one again: a copy of it with the next serial, also inside of the file, so that the
 * next writer continues from it. Nothing is removed (api-contract §5.7).
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
  const seen = workspace.current_state_version_id;
  const serial = 1 + (await serialOf(platform, seen));
  const blob = await storeWithSerial(platform, earlier.sha256, serial);
  const { md5 } = await platform.stateReader.read(blob.sha256);
  const facts = await readStateFacts(platform, blob.sha256);
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
        md5,
        rollback_state_version_id: earlier.id,
      },
      { facts, ...blob },
    );
    await discardStalePlans(platform, tx, row.id, `${version.id} is the state`);
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

/**
 * A copy of a state file with another serial. All other bytes stay as they are. A file that is encrypted, or has no
 * serial of its own, is copied unchanged: in an encrypted file the outer serial must equal the inner one.
 */
async function storeWithSerial(
  { blobs, stateReader, limits }: Platform,
  sha256: string,
  serial: number,
): Promise<Blob> {
  const reading = await stateReader.read(sha256);
  const span = 'summary' in reading && !reading.summary.isEncrypted ? reading.summary.serialSpan : null;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    if (span === null) return yield* await blobs.open(sha256);
    yield* await blobs.open(sha256, { end: span.start });
    yield Buffer.from(String(serial));
    yield* await blobs.open(sha256, { start: span.end });
  }
  // The new serial may be longer.
  return await blobs.put(Readable.from(bytes()), { maxBytes: limits.stateBytes + 20 });
}

async function serialOf({ db }: Platform, id: string | null): Promise<number> {
  const version = await db
    .selectFrom('state_version')
    .select('serial')
    .where('id', '=', id)
    .executeTakeFirst();
  return version?.serial ?? 0;
}
