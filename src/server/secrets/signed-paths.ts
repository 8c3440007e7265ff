import { createHmac, timingSafeEqual } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a signed path lets its bearer do, with the one object it is for. */
export type Capability = 'upload-configuration' | 'download-configuration' | 'read-log' | 'download-state';

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

export function createPathSigner(key: Buffer): PathSigner {
  const mac = (capability: Capability, id: string, expiryDay: string): string =>
    createHmac('sha256', key).update(`${capability}\n${id}\n${expiryDay}`).digest('base64url');
  return {
    sign(capability, id, now = new Date()) {
      const expiryDay = (Math.floor(now.getTime() / DAY_MS) + 2).toString(36);
      return `${expiryDay}.${mac(capability, id, expiryDay)}`;
    },
    verify(capability, id, segment, now = new Date()) {
      const [expiryDay = '', signature = ''] = segment.split('.', 2);
      const expected = Buffer.from(mac(capability, id, expiryDay));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
      return now.getTime() < Number.parseInt(expiryDay, 36) * DAY_MS;
    },
  };
}
