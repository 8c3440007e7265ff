import { expect, test } from 'vitest';
import { byVersion, VersionNumber } from './version-number.ts';

test('versions come newest first, a release before its pre-releases', () => {
  const newestFirst = [
    '10.0.0',
    '2.1.0+b',
    '2.1.0+a',
    '2.1.0',
    '2.0.0',
    '1.0.0',
    '1.0.0-rc.1',
    '1.0.0-beta.11',
    '1.0.0-beta.2',
    '1.0.0-beta',
    '1.0.0-alpha.beta',
    '1.0.0-alpha.1',
    '1.0.0-alpha',
    '1.0.0-2',
    '0.9.9',
  ];
  const mixed = newestFirst.toSorted().map((version) => ({ version }));
  expect(byVersion(mixed).map(({ version }) => version)).toEqual(newestFirst);
});

test.each(['1.0.0', '0.0.0', '1.2.3-alpha.1+build.5', '1.0.0+x', '1.0.0-0a', '1.0.0--'])(
  '%s is a version',
  (text) => expect(VersionNumber.safeParse(text).success).toBe(true),
);

test.each([
  '1',
  'v1.0.0',
  '01.0.0',
  '1.0.0-01',
  '1.0.0-a..b',
  '1.0.0+',
  '1.0.0 ',
  '1.0.0\n',
  `1.0.0-${'a'.repeat(64)}`,
])('%j is no version', (text) => expect(VersionNumber.safeParse(text).success).toBe(false));
