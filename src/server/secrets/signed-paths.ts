import { createHmac, timingSafeEqual } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a signed path lets its bearer do, with the one object it is for. */
export type Capability =
  | 'upload-configuration'
  | 'download-configuration'
  | 'read-log'
  | 'download-state'
  | 'download-json-state'
  | 'upload-state'
  | 'upload-json-state'
  | 'upload-policy-set';

/**
 * Capability addresses for clients that send no token (api-contract §1.1, §4.3; threats T8, T9): the signature is a
 * part of the path, because the terraform CLI overwrites the query.
 */
export interface PathSigner {
  /**
   * @returns `<expiry>.<signature>`. The expiry is a day's border, so that reads of one object on one day are equal;
   * it is valid for at least one day and at most two.
   */
  sign(capability: Capability, id: string, now?: Date): string;
  /** Whether the segment was made for this capability and object, and has not expired. */
  verify(capability: Capability, id: string, segment: string, now?: Date): boolean;
}

/** @param keys the first signs; what any of them signed is valid, so that a new key ends no address early */
export function createPathSigner(keys: readonly [Buffer, ...Buffer[]]): PathSigner {
  const mac = (key: Buffer, capability: Capability, id: string, expiryDay: string): string =>
    createHmac('sha256', key).update(`${capability}\n${id}\n${expiryDay}`).digest('base64url');
  return {
    sign(capability, id, now = new Date()) {
      const expiryDay = (Math.floor(now.getTime() / DAY_MS) + 2).toString(36);
      return `${expiryDay}.${mac(keys[0], capability, id, expiryDay)}`;
    },
    verify(capability, id, segment, now = new Date()) {
      const [expiryDay = '', signature = ''] = segment.split('.', 2);
      const given = Buffer.from(signature);
      const isSigned = keys.some((key) => {
        const expected = Buffer.from(mac(key, capability, id, expiryDay));
        return given.length === expected.length && timingSafeEqual(given, expected);
      });
      return isSigned && now.getTime() < Number.parseInt(expiryDay, 36) * DAY_MS;
    },
  };
}
