import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import { FIRST_ANSWER_MS, TOTAL_MS } from '../task-stages/deadlines.ts';
import { settleResult } from './settle.ts';

/** Ends the results whose service has been silent for too long. */
export async function endSilentResults(platform: Platform, now = new Date()): Promise<void> {
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  const silent = await platform.db
    .selectFrom('task_result')
    .select(['id', 'answered_at', 'delivered_at'])
    .where('status', '=', 'running')
    .where((is) =>
      is.or([
        is('asked_at', '<', before(TOTAL_MS)),
        is.and([is('asked_at', '<', before(FIRST_ANSWER_MS)), is('answered_at', 'is', null)]),
      ]),
    )
    .execute();
  for (const { id, answered_at: answeredAt, delivered_at: deliveredAt } of silent) {
    const message =
      answeredAt !== null
        ? 'The service did not come to an end within 60 minutes.'
        : deliveredAt === null
          ? 'The service could not be reached within 10 minutes.'
          : 'The service did not answer within 10 minutes.';
    await settleResult(platform, null, id, { status: 'errored', message });
  }
}

/** Milliseconds until the next request or deadline of any result. @param most when there is none sooner */
export async function msUntilDue({ db }: Platform, most: number): Promise<number> {
  const milliseconds = (ms: number) => sql`${ms} * interval '1 millisecond'`;
  const { rows } = await sql<{ ms: number | null }>`
    select extract(epoch from min(least(
      case when delivered_at is null then next_attempt_at end,
      asked_at + case when answered_at is null then ${milliseconds(FIRST_ANSWER_MS)} else ${milliseconds(TOTAL_MS)} end
    )) - now())::float8 * 1000 as ms
    from task_result where status = 'running'`.execute(db);
  const ms = rows[0]?.ms ?? most;
  return Math.min(Math.max(ms, 50), most);
}
