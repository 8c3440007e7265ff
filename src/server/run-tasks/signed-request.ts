import { createHmac } from 'node:crypto';
import type { OutboundAnswer } from '../outbound/outbound.ts';

/** The form of every request to a service (api-contract §4.7): the signature covers exactly the bytes that are sent. */
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

/** The answer's body does not matter: the service's result comes with the callback. */
export const isTaken = (answer: OutboundAnswer): boolean =>
  answer.kind === 'answered' && answer.status >= 200 && answer.status < 300;

/** For people: it contains no text of the service. */
export function describeAnswer(answer: OutboundAnswer): string {
  if (answer.kind === 'failed') return answer.reason;
  const { status } = answer;
  return status >= 300 && status < 400
    ? `it answered ${status}, and redirects are not followed`
    : `it answered ${status}`;
}
