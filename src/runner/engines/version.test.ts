import { describe, expect, it } from 'vitest';
import { compareVersions, isExactVersion, parseConstraint, parseVersion } from './version.ts';

function fits(constraint: string, version: string): boolean | undefined {
  const parsed = parseVersion(version);
  return parsed && parseConstraint(constraint)?.(parsed);
}

describe('parseConstraint', () => {
  it.each([
    ['1.11.4', '1.11.4', true],
    ['1.11.4', '1.11.5', false],
    ['= 1.11.4', '1.11.4', true],
    ['~> 1.9.0', '1.9.8', true],
    ['~> 1.9.0', '1.10.0', false],
    ['~> 1.9', '1.11.4', true],
    ['~> 1.9', '2.0.0', false],
    ['~> 1.9', '1.8.9', false],
    ['>= 1.5, < 2', '1.11.4', true],
    ['>= 1.5, < 1.11.4', '1.11.4', false],
    ['>1.2,!=1.11.4', '1.11.4', false],
    ['latest', '1.11.4', true],
    ['latest', '1.12.0-rc1', false],
    ['>= 1.0', '1.12.0-rc1', false],
    ['1.12.0-rc1', '1.12.0-rc1', true],
    ['>= 1.12.0-beta1', '1.12.0-rc1', true],
  ])('%s and %s: %s', (constraint, version, expected) => expect(fits(constraint, version)).toBe(expected));

  it.each(['', 'newest', '1.x', '~>', '1.2.3.4', '>= 1.0,', '../../x', '-1.0', '1.0; rm'])(
    'does not accept %j',
    (text) => {
      expect(parseConstraint(text)).toBeUndefined();
    },
  );
});

it('compareVersions orders as semantic versioning does', () => {
  const sorted = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.10',
  ];
  const parsed = sorted.map((text) => parseVersion(text)).filter((version) => version !== undefined);
  expect(parsed).toHaveLength(sorted.length);
  for (let i = 1; i < parsed.length; i++) expect(compareVersions(parsed[i - 1]!, parsed[i]!)).toBeLessThan(0);
});

it('isExactVersion needs three numbers', () => {
  expect(['1.11.4', '1.12.0-rc1'].every(isExactVersion)).toBe(true);
  expect(['1.11', 'v1.11.4', '~> 1.9.0', 'latest'].some(isExactVersion)).toBe(false);
});
