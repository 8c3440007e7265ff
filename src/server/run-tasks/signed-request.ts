import { createHmac } from 'node:crypto';
import type { OutboundAnswer } from '../outbound/outbound.ts';

/** The same for every request to a service (api-contract §4.7): the signature is of exactly the bytes that are sent. */
export function signedTaskRequest(
  payload: object,
  hmacKey: string | null,
): { body: string; headers: Record<string, string> } {
  const body = JSON.stringify(payload);
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'TFC/1.0 (Runwright)',
      'X-TFC-Task-Signature':
        hmacKey === null ? '' : createHmac('sha512', hmacKey).update(body).digest('hex'),
    },
  };
}

/** Whatever its body is: what the service found comes with the callback. */
export const isTaken = (answer: OutboundAnswer): boolean =>
  answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;

/** For people: nothing of what the service wrote is in it. */
export function describeAnswer(answer: OutboundAnswer): string {
  if (answer.kind === 'failed') return answer.reason;
  const { status } = answer;
  return status >= 300 && status < 400
    ? `it answered ${status}, and redirects are not followed`
    : `it answered ${status}`;
}
