import type { Readable } from 'node:stream';
import { recordChange, type AddressBearer } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { discardStalePlans } from '../runs/stale.ts';
import { lockWorkspaceRow } from '../workspaces/service.ts';
import { explainConflict, judgeState } from '../states/rules.ts';
import { factsOf } from '../states/state-facts.ts';
import {
  contentColumns,
  makeCurrent,
  readCurrent,
  type StateVersion,
  type StoredState,
} from '../states/store.ts';

const SPENT = 'This state version has been uploaded already, or was given up: create another one.';

/**
 * Stores the file of an announced state version, the workspace's state from then on. The same bytes may come again,
 * after a lost answer; other bytes never (threat T9).
 *
 * An upload killed before the commit has changed nothing: the version is still pending and it can be repeated.
 *
 * @throws 400 the bytes are not the announced ones; 409 the address is spent, or a state came in between
 */
export async function uploadState(
  platform: Platform,
  actor: AddressBearer,
  id: string,
  body: Readable,
): Promise<void> {
  const announced = await readAnnounced(platform, id);
  const blob = await platform.blobs.put(body, { maxBytes: platform.limits.stateBytes });
  const reading = await platform.stateReader.read(blob.sha256);
  if (reading.md5 !== announced.md5) {
    refuse('bad_request', `The content does not have the MD5 ${announced.md5} that was announced.`);
  }
  if ('problem' in reading) refuse('unprocessable', `The body is no state file: ${reading.problem}.`);
  const facts = factsOf(reading.summary);
  const conflict = await transact(platform.db, async (tx) => {
    const workspace = (await lockWorkspaceRow(tx, announced.workspace_id)) ?? refuse('not_found');
    const version = await lockVersion(tx, id);
    if (version.status === 'finalized' && version.sha256 === blob.sha256) return undefined;
    if (version.status !== 'pending') refuse('conflict', SPENT);
    const current = await readCurrent(tx, workspace.id);
    const offered = {
      serial: version.serial,
      lineage: version.lineage,
      md5: version.md5,
      force: version.forced,
    };
    const why = explainConflict(judgeState(current, offered), current, offered);
    if (why === undefined) {
      await finalize(tx, version, { facts, ...blob });
      await discardStalePlans(platform, tx, workspace.id, `${id} is the state`);
    } else await tx.updateTable('state_version').set({ status: 'discarded' }).where('id', '=', id).execute();
    await recordChange(tx, actor, {
      organizationId: workspace.organization_id,
      resource: { type: 'state-versions', id },
      action: why === undefined ? 'upload' : 'discard',
      after: { serial: version.serial, sha256: blob.sha256 },
    });
    return why;
  });
  if (conflict !== undefined) refuse('conflict', conflict);
}

/** Stores the output of `terraform show -json` for clients; the server reads its facts from the state file itself. */
export async function uploadJsonState(
  platform: Platform,
  actor: AddressBearer,
  id: string,
  body: Readable,
): Promise<void> {
  const announced = await readAnnounced(platform, id);
  const blob = await platform.blobs.put(body, { maxBytes: platform.limits.stateBytes });
  if (!isJson(await platform.blobs.read(blob.sha256))) refuse('unprocessable', 'The body is not JSON.');
  await transact(platform.db, async (tx) => {
    const workspace = (await lockWorkspaceRow(tx, announced.workspace_id)) ?? refuse('not_found');
    const version = await lockVersion(tx, id);
    if (version.json_state_sha256 === blob.sha256) return;
    if (version.status === 'discarded' || version.json_state_sha256 !== null) refuse('conflict', SPENT);
    await tx
      .updateTable('state_version')
      .set({ json_state_sha256: blob.sha256 })
      .where('id', '=', id)
      .execute();
    await recordChange(tx, actor, {
      organizationId: workspace.organization_id,
      resource: { type: 'state-versions', id },
      action: 'upload_json',
      after: { sha256: blob.sha256 },
    });
  });
}

async function readAnnounced({ db }: Platform, id: string): Promise<StateVersion> {
  const version = await db.selectFrom('state_version').selectAll().where('id', '=', id).executeTakeFirst();
  if (version === undefined) refuse('not_found');
  if (version.status === 'discarded') refuse('conflict', SPENT);
  return version;
}

async function lockVersion(tx: Tx, id: string): Promise<StateVersion> {
  const version = await tx
    .selectFrom('state_version')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return version ?? refuse('not_found');
}

async function finalize(tx: Tx, version: StateVersion, stored: StoredState): Promise<void> {
  await tx
    .updateTable('state_version')
    .set({ ...contentColumns(stored), lineage: version.lineage || (stored.facts.lineage ?? '') })
    .where('id', '=', version.id)
    .execute();
  await makeCurrent(tx, version, stored);
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
