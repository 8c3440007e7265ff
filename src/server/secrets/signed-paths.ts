import { createHmac, timingSafeEqual } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1000;
const BRIEF_MS = 5 * 60 * 1000;
/** The prefix of an expiry that counts five minutes, and not days. */
const BRIEF = '-';

/** The right that a signed path gives its bearer, for one object. */
export type Capability =
  | 'upload-configuration'
  | 'download-configuration'
  | 'read-log'
  | 'download-state'
  | 'download-json-state'
  | 'upload-state'
  | 'upload-json-state'
  | 'upload-policy-set'
  | 'upload-module'
  | 'download-module'
  | 'upload-shasums'
  | 'upload-shasums-signature'
  | 'upload-provider'
  | 'download-provider'
  | 'download-mirrored-provider';

/**
 * Capability addresses for clients that send no token (api-contract §1.1, §4.3; threats T8, T9): the signature is a
 * part of the path, because the terraform CLI overwrites the query.
 */
export interface PathSigner {
  /**
   * @returns `<expiry>.<signature>`. The expiry is at the end of a day, so that reads of one object on one day are
   * equal; it is valid for at least one day and at most two.
   */
  sign(capability: Capability, id: string, now?: Date): string;
  /** The same for a download that begins at once: valid for at least five minutes and at most ten. */
  signBriefly(capability: Capability, id: string, now?: Date): string;
  /** Whether the segment was made for this capability and object, and has not expired. */
  verify(capability: Capability, id: string, segment: string, now?: Date): boolean;
}

/** @param keys the first signs; signatures of all are valid, so that a new key ends no address early */
export function createPathSigner(keys: readonly [Buffer, ...Buffer[]]): PathSigner {
  const mac = (key: Buffer, capability: Capability, id: string, expiry: string): string =>
    createHmac('sha256', key).update(`${capability}\n${id}\n${expiry}`).digest('base64url');
  const signUntil = (capability: Capability, id: string, expiry: string): string =>
    `${expiry}.${mac(keys[0], capability, id, expiry)}`;
  const borderAfterNext = (now: Date, ms: number): string =>
    (Math.floor(now.getTime() / ms) + 2).toString(36);
  return {
    sign: (capability, id, now = new Date()) => signUntil(capability, id, borderAfterNext(now, DAY_MS)),
    signBriefly: (capability, id, now = new Date()) =>
      signUntil(capability, id, BRIEF + borderAfterNext(now, BRIEF_MS)),
    verify(capability, id, segment, now = new Date()) {
      const [expiry = '', signature = ''] = segment.split('.', 2);
      const given = Buffer.from(signature);
      const isSigned = keys.some((key) => {
        const expected = Buffer.from(mac(key, capability, id, expiry));
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      const endsAt = expiry.startsWith(BRIEF)
        ? Number.parseInt(expiry.slice(BRIEF.length), 36) * BRIEF_MS
        : Number.parseInt(expiry, 36) * DAY_MS;
      return isSigned && now.getTime() < endsAt;
    },
  };
}
