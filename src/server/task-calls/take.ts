import { sql } from 'kysely';
import { mintTaskToken } from '../access/task-tokens.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { TOTAL_MS } from '../task-stages/deadlines.ts';
import type { AskedResult } from './payload.ts';

/** No attempt takes this long: a request that has not ended by then was taken by a server that is gone. */
const HELD_MS = 30_000;

export interface Attempt extends AskedResult {
  number: number;
  askedAt: Date;
  accessToken: string;
  /** The task as it is now; undefined: it was deleted since the run was created. */
  task: Pick<Row<'run_task'>, 'id' | 'url' | 'sealed_hmac_key'> | undefined;
}

/**
 * Takes a due request, if any; it becomes due again unless it is ended. The token is the same for each attempt, because
 * a service that seemed not to answer may have begun its work.
 */
export async function takeAttempt(platform: Platform): Promise<Attempt | undefined> {
  const due = selectDue(platform.db).select('task_result.id').limit(1);
  // The first look needs no transaction: usually nothing is due.
  if ((await due.executeTakeFirst()) === undefined) return undefined;
  return await transact(platform.db, async (tx) => {
    const next = await selectDue(tx)
      .innerJoin('task_stage', 'task_stage.id', 'task_result.task_stage_id')
      .selectAll('task_result')
      .select(['task_stage.stage', 'task_stage.run_id'])
      .orderBy('task_result.next_attempt_at')
      .limit(1)
      .forUpdate('task_result')
      .skipLocked()
      .executeTakeFirst();
    if (next === undefined || next.asked_at === null) return undefined;
    const task = await tx
      .selectFrom('run_task')
      .select(['id', 'url', 'sealed_hmac_key'])
      .where('id', '=', next.run_task_id)
      .executeTakeFirst();
    const accessToken = await tokenOf(platform, tx, next);
    await tx
      .updateTable('task_result')
      .set({
        attempts: next.attempts + 1,
        next_attempt_at: sql<Date>`now() + ${HELD_MS} * interval '1 millisecond'`,
        ...(task === undefined ? {} : { task_url: task.url }),
      })
      .where('id', '=', next.id)
      .execute();
    return {
      id: next.id,
      level: next.level,
      stage: next.stage,
      runId: next.run_id,
      number: next.attempts + 1,
      askedAt: next.asked_at,
      accessToken,
      task,
    };
  });
}

const selectDue = (db: Platform['db'] | Tx) =>
  db
    .selectFrom('task_result')
    .where('task_result.status', '=', 'running')
    .where('task_result.delivered_at', 'is', null)
    .where('task_result.next_attempt_at', '<=', sql<Date>`now()`);

async function tokenOf(
  { sealer }: Platform,
  tx: Tx,
  { id, asked_at: askedAt, sealed_access_token: sealed }: Row<'task_result'>,
): Promise<string> {
  if (sealed !== null) return sealer.open(sealed, 'task_result.sealed_access_token', id);
  const expiresAt = new Date((askedAt?.getTime() ?? Date.now()) + TOTAL_MS);
  const secret = await mintTaskToken(tx, id, expiresAt);
  await tx
    .updateTable('task_result')
    .set({ sealed_access_token: sealer.seal(secret, 'task_result.sealed_access_token', id) })
    .where('id', '=', id)
    .execute();
  return secret;
}
