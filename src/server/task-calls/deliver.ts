import type { Platform } from '../context.ts';
import { describeAnswer, isTaken, signedTaskRequest } from '../run-tasks/signed-request.ts';
import { openHmacKey } from '../run-tasks/service.ts';
import type { OutboundAnswer } from '../outbound/outbound.ts';
import { taskPayload } from './payload.ts';
import { settleResult } from './settle.ts';
import type { Attempt } from './take.ts';

/** The pauses after each failed attempt, the first included; the last one is repeated. */
const RETRY_AFTER_MS = [1_000, 5_000, 15_000, 30_000, 60_000];
const BUSY = [408, 425, 429];

/** Asks a service once. Whatever the service does, it takes seconds at most, and only its own run waits for it. */
export async function deliver(platform: Platform, attempt: Attempt): Promise<void> {
  const { id, task, accessToken } = attempt;
  if (task === undefined) return await giveUp(platform, id, 'The run task was deleted before it was asked.');
  const payload = await taskPayload(platform.db, platform.publicUrl, attempt, accessToken);
  if (payload === undefined) return;
  const answer = await platform.outbound.call({
    url: task.url,
    ...signedTaskRequest(payload, openHmacKey(platform, task)),
  });
  if (isTaken(answer)) {
    await update(platform, attempt, { delivered_at: new Date(), message: '' });
    return;
  }
  if (!mayRetry(answer)) {
    await giveUp(platform, id, `The service did not take the request: ${describeAnswer(answer)}.`);
    return;
  }
  const delayMs = RETRY_AFTER_MS[attempt.number - 1] ?? RETRY_AFTER_MS.at(-1) ?? 0;
  const message = `The service did not take the request: ${describeAnswer(answer)}. It is asked again.`;
  await update(platform, attempt, { next_attempt_at: new Date(Date.now() + delayMs), message });
}

const mayRetry = (answer: OutboundAnswer): boolean =>
  answer.kind === 'failed' ? answer.isRefused !== true : answer.status >= 500 || BUSY.includes(answer.status);

async function giveUp(platform: Platform, id: string, message: string): Promise<void> {
  await settleResult(platform, null, id, { status: 'errored', message });
}

/** Only the server that last took the request may record its outcome, and only until the service has answered. */
async function update(
  { db }: Platform,
  { id, number }: Attempt,
  columns: { delivered_at?: Date; next_attempt_at?: Date; message?: string },
): Promise<void> {
  await db
    .updateTable('task_result')
    .set(columns)
    .where('id', '=', id)
    .where('attempts', '=', number)
    .where('status', '=', 'running')
    .where('answered_at', 'is', null)
    .execute();
}
