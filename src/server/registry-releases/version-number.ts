import * as z from 'zod';

const NUMBER = '(?:0|[1-9]\\d{0,9})';
const PART = '(?:0|[1-9]\\d{0,9}|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMANTIC = new RegExp(
  `^(${NUMBER})\\.(${NUMBER})\\.(${NUMBER})(?:-(${PART}(?:\\.${PART})*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?$`,
);

/** A version by semver.org, which all readers of registries follow. */
export const VersionNumber = z
  .string({ error: 'must be a semantic version like "1.2.0"' })
  .max(64)
  .regex(SEMANTIC, 'must be a semantic version like "1.2.0" or "1.2.0-beta.1", without a "v" in front');

/** Newest first, for lists: a release comes before its pre-releases. */
export function byVersion<T extends { version: string }>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => -compareVersions(a.version, b.version));
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [SEMANTIC.exec(one), SEMANTIC.exec(other)];
  if (a === null || b === null) return compareTexts(one, other);
  for (const index of [1, 2, 3]) {
    const difference = Number(a[index]) - Number(b[index]);
    if (difference !== 0) return difference;
  }
  const [before, after] = [a[4], b[4]];
  if (before === undefined || after === undefined) {
    if (before === after) return compareTexts(one, other);
    return before === undefined ? 1 : -1;
  }
  return comparePreReleases(before.split('.'), after.split('.')) || compareTexts(one, other);
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const areNumbers = [part, other].map((each) => /^\d+$/.test(each));
    if (areNumbers[0] && areNumbers[1]) return Number(part) - Number(other);
    // Numbers come before words.
    if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
    return compareTexts(part, other);
  }
  return a.length - b.length;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
