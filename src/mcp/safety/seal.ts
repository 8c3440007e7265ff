import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The facts shown to a person or a model, sealed so that they are recognized when they come back. */
export interface SealedApproval {
  /**
   * `state`: comes with a question to the person; `page`: comes with the request to open a page of the server;
   * `token`: issued by `preview_run_action`.
   */
  readonly kind: 'state' | 'page' | 'token';
  readonly tool: string;
  /** Digest of everything that the approval is about: the run, its plan, its counts, its status. */
  readonly binding: string;
  readonly caller: string;
  readonly expiresAtMs: number;
  /** Limits the approval to one use. */
  readonly nonce: string;
}

export const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url');

export const newNonce = (): string => randomBytes(12).toString('base64url');

/** Makes a text that needs the key. */
export function seal(key: Uint8Array, approval: SealedApproval): string {
  const payload = Buffer.from(JSON.stringify(approval)).toString('base64url');
  return `${payload}.${macOf(key, payload)}`;
}

/** undefined when the text was not made with this key. */
export function unseal(key: Uint8Array, text: string): SealedApproval | undefined {
  const [payload = '', mac = '', ...rest] = text.split('.');
  const expected = Buffer.from(macOf(key, payload));
  const given = Buffer.from(mac);
  if (rest.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
    return undefined;
  return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as SealedApproval;
}

function macOf(key: Uint8Array, payload: string): string {
  return createHmac('sha256', key).update(payload).digest('base64url');
}
