import { createHash } from 'node:crypto';
import { refuse } from '../http/refusal.ts';
import type { Run, Tx } from './transitions.ts';

export interface CreatingRequest {
  userId: string;
  /** The client's key for one run of its user. */
  key: string | undefined;
  /** The request as the client sent it. */
  wanted: Record<string, unknown>;
  /**
   * Whether an equal `wanted` alone means a repetition: true for the terraform CLI, which sends no key, uploads a
   * configuration for each run, and repeats a request after a 5xx.
   */
  isUnique: boolean;
}

const MAX_KEY_CHARS = 200;
const KEPT_MS = 24 * 60 * 60 * 1_000;

export function checkKey(key: string): string {
  if (key.length > MAX_KEY_CHARS) {
    refuse('bad_request', `The Idempotency-Key header has more than ${MAX_KEY_CHARS} characters.`);
  }
  return key;
}

/**
 * The run of an earlier equal request, within a day.
 *
 * @throws 422 when the key was used for a different run
 */
export async function findRepeated(tx: Tx, request: CreatingRequest): Promise<Run | undefined> {
  const key = keyOf(request);
  if (key === undefined) return undefined;
  const earlier = await tx
    .selectFrom('run_request')
    .innerJoin('run', 'run.id', 'run_request.run_id')
    .selectAll('run')
    .select('run_request.request_hash')
    .where('run_request.user_id', '=', request.userId)
    .where('run_request.key', '=', key)
    .where('run_request.created_at', '>', new Date(Date.now() - KEPT_MS))
    .executeTakeFirst();
  if (earlier === undefined) return undefined;
  const { request_hash, ...run } = earlier;
  return request_hash === hashOf(request.wanted) ? run : refuseKey();
}

/** Called in the transaction that creates the run. The caller holds the workspace's row, so repetitions wait. */
export async function rememberRequest(tx: Tx, request: CreatingRequest, run: Run): Promise<void> {
  const key = keyOf(request);
  if (key === undefined) return;
  await tx
    .deleteFrom('run_request')
    .where('created_at', '<', new Date(Date.now() - KEPT_MS))
    .execute();
  const inserted = await tx
    .insertInto('run_request')
    .values({ user_id: request.userId, key, request_hash: hashOf(request.wanted), run_id: run.id })
    .onConflict((conflict) => conflict.columns(['user_id', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst();
  // Another request took the key meanwhile, for a run of another workspace.
  if (inserted === undefined) refuseKey();
}

const refuseKey = (): never =>
  refuse('unprocessable', 'This Idempotency-Key was used for another run: choose a new key for a new run.');

/** The prefixes keep generated keys apart from those of clients. */
function keyOf({ key, wanted, isUnique }: CreatingRequest): string | undefined {
  if (key !== undefined) return `key:${key}`;
  return isUnique ? `run:${hashOf(wanted)}` : undefined;
}

function hashOf(wanted: Record<string, unknown>): string {
  const sorted = Object.entries(wanted).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url');
}
