import type { Caller } from '../access/caller.ts';
import { userIdOf } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { discardStalePlans } from '../runs/stale.ts';
import { lockWorkspaceRow, readWorkspace } from '../workspaces/service.ts';
import { explainConflict, holdsLock, judgeState, type OfferedState } from '../states/rules.ts';
import { factsOf } from '../states/state-facts.ts';
import {
  discardPending,
  insertCurrent,
  insertPending,
  readCurrent,
  type StateVersion,
  type StoredState,
} from '../states/store.ts';

export interface NewState extends OfferedState {
  /**
   * The client compares states itself, under the lock, and lets only a forced one go back: true for the terraform CLI,
   * which sends `force: false` even then (terraform-cli A2).
   */
  isComparedByClient: boolean;
  runId: string | undefined;
  /** The file; undefined: it is uploaded afterwards. */
  state: Buffer | undefined;
  jsonState: Buffer | undefined;
}

/**
 * Creates a state version, or announces one that is uploaded afterwards (api-contract §5.7). A new announcement
 * replaces an earlier one: a client repeats a request after a lost answer, and knows only the last answer.
 *
 * @throws 409 the workspace is not locked by the caller, or the state does not follow the current one; 412 the content
 * does not match the md5; 422 it is not a state file
 */
export async function createStateVersion(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  offered: NewState,
): Promise<StateVersion> {
  const workspace = await readWorkspace(platform, caller, workspaceId, 'write-state');
  // Files first: if the server is killed before the commit, a file that no row names does no harm.
  const stored = offered.state && (await storeInline(platform, offered.state, offered.md5));
  const json = offered.jsonState && (await storeJson(platform, offered.jsonState));
  return await transact(platform.db, async (tx) => {
    const row = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    await requireLockHolder(tx, row, caller);
    if (offered.runId !== undefined) await requireRunOf(tx, row.id, offered.runId);
    const current = await readCurrent(tx, row.id);
    const conflict = explainConflict(judgeState(current, offered), current, offered);
    if (conflict !== undefined && !offered.isComparedByClient) refuse('conflict', conflict);
    await discardPending(tx, row.id);
    const columns = {
      workspace_id: row.id,
      run_id: offered.runId ?? null,
      created_by: userIdOf(caller),
      serial: offered.serial,
      lineage: offered.lineage ?? stored?.facts.lineage ?? current?.lineage ?? '',
      md5: offered.md5,
      forced: offered.force || conflict !== undefined,
      json_state_sha256: json ?? null,
      // More may follow: the last one before the lock is released stays (workspace-locks/lock.ts).
      intermediate: true,
    };
    const version =
      stored === undefined ? await insertPending(tx, columns) : await insertCurrent(tx, columns, stored);
    if (stored !== undefined) await discardStalePlans(platform, tx, row.id, `${version.id} is the state`);
    await recordChange(tx, caller, {
      organizationId: row.organization_id,
      resource: { type: 'state-versions', id: version.id },
      action: 'create',
      after: { workspace: row.id, serial: version.serial, md5: version.md5, status: version.status },
    });
    return version;
  });
}

/** @throws 409 with a text that names the holder */
export async function requireLockHolder(tx: Tx, workspace: Row<'workspace'>, caller: Caller): Promise<void> {
  const holder = await tx
    .selectFrom('run')
    .select('id')
    .where('workspace_id', '=', workspace.id)
    .where('holds_workspace', '=', true)
    .executeTakeFirst();
  const lock = { userId: workspace.locked_by, runId: holder?.id ?? null };
  if (holdsLock(lock, { userId: userIdOf(caller), runId: null })) return;
  if (holder !== undefined) {
    refuse(
      'conflict',
      `The workspace is locked by Run ${holder.id}: wait for its end, then lock the workspace.`,
    );
  }
  refuse(
    'conflict',
    workspace.locked_by === null
      ? 'The workspace is not locked: lock it first, so that nobody else changes its state meanwhile.'
      : 'The workspace is locked by somebody else: only who holds the lock changes the state.',
  );
}

async function requireRunOf(tx: Tx, workspaceId: string, runId: string): Promise<void> {
  const run = await tx
    .selectFrom('run')
    .select('id')
    .where('id', '=', runId)
    .where('workspace_id', '=', workspaceId)
    .executeTakeFirst();
  if (run === undefined) {
    refuse('invalid_attribute', `Run ${runId} is not one of this workspace.`, '/data/relationships/run');
  }
}

async function storeInline(platform: Platform, bytes: Buffer, md5: string): Promise<StoredState> {
  const blob = await platform.blobs.put(bytes, { maxBytes: platform.limits.stateBytes });
  const reading = await platform.stateReader.read(blob.sha256);
  if (reading.md5 !== md5) {
    refuse('precondition_failed', 'md5: is not the MD5 of the state that was sent.', '/data/attributes/md5');
  }
  if ('problem' in reading) {
    refuse('invalid_attribute', `state: is no state file: ${reading.problem}.`, '/data/attributes/state');
  }
  return { facts: factsOf(reading.summary), ...blob };
}

async function storeJson({ blobs, limits }: Platform, bytes: Buffer): Promise<string> {
  return (await blobs.put(bytes, { maxBytes: limits.stateBytes })).sha256;
}
