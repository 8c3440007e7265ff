import { expect, test } from 'vitest';
import { createPathSigner } from './signed-paths.ts';

const signer = createPathSigner([Buffer.alloc(32, 1)]);
const MINUTE_MS = 60_000;
const now = new Date('2026-03-01T12:03:30Z');
const after = (ms: number): Date => new Date(now.getTime() + ms);

test('a brief address is valid for its own object, for at least five minutes and at most ten', () => {
  const segment = signer.signBriefly('download-mirrored-provider', 'mirprov-1', now);
  const isGood = (ms: number, id = 'mirprov-1', by = signer): boolean =>
    by.verify('download-mirrored-provider', id, segment, after(ms));
  expect([isGood(0), isGood(5 * MINUTE_MS), isGood(10 * MINUTE_MS)]).toEqual([true, true, false]);
  expect(isGood(0, 'mirprov-2')).toBe(false);
  expect(isGood(0, 'mirprov-1', createPathSigner([Buffer.alloc(32, 2)]))).toBe(false);
  expect(signer.verify('download-provider', 'mirprov-1', segment, now)).toBe(false);
  // The signature covers the expiry.
  const longer = signer.signBriefly('download-mirrored-provider', 'mirprov-1', after(60 * MINUTE_MS));
  const forged = `${longer.split('.')[0] ?? ''}.${segment.split('.')[1] ?? ''}`;
  expect(signer.verify('download-mirrored-provider', 'mirprov-1', forged, now)).toBe(false);
});
