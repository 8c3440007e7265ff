/** The semantic versions and constraints of `required_version` and `terraform-version`. */
export interface Version {
  numbers: readonly [number, number, number];
  /** Number of parts as written: `1.9` has two, which matters to `~>`. */
  parts: number;
  prerelease: string;
}

const VERSION = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9A-Za-z.-]{1,64}))?$/;
const CONSTRAINT = /^(=|!=|>=|<=|>|<|~>)?\s*(\S+)$/;

export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text.trim());
  if (!match) return undefined;
  const [, major, minor, patch, prerelease = ''] = match;
  const given = [major, minor, patch].filter((part) => part !== undefined);
  return {
    numbers: [Number(major), Number(minor ?? 0), Number(patch ?? 0)],
    parts: given.length,
    prerelease,
  };
}

/** `1.11.4` and nothing shorter: a version that can be downloaded as it is written. */
export function isExactVersion(text: string): boolean {
  return /^\d/.test(text) && parseVersion(text)?.parts === 3;
}

export function compareVersions(a: Version, b: Version): number {
  for (const index of [0, 1, 2] as const) {
    if (a.numbers[index] !== b.numbers[index]) return a.numbers[index] - b.numbers[index];
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** Of those whose version fits, the one with the newest. */
export function newestOf<T>(
  all: readonly T[],
  versionOf: (each: T) => string,
  matches: Matcher,
): T | undefined {
  let newest: { each: T; version: Version } | undefined;
  for (const each of all) {
    const version = parseVersion(versionOf(each));
    if (!version || !matches(version)) continue;
    if (!newest || compareVersions(version, newest.version) > 0) newest = { each, version };
  }
  return newest?.each;
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    if (x === y) continue;
    const [isXNumber, isYNumber] = [/^\d+$/.test(x), /^\d+$/.test(y)];
    if (isXNumber && isYNumber) return Number(x) - Number(y);
    if (isXNumber !== isYNumber) return isXNumber ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

export type Matcher = (version: Version) => boolean;

/**
 * `latest` (any release), `1.11.4`, or constraints joined by commas: `~> 1.9.0`, `>= 1.5, < 2`. As in terraform, a
 * pre-release fits only a condition that names one with the same numbers. Undefined for anything else.
 */
export function parseConstraint(text: string): Matcher | undefined {
  if (text.trim() === 'latest') return (version) => version.prerelease === '';
  const matchers = text.split(',').map(parseCondition);
  if (matchers.some((each) => each === undefined)) return undefined;
  return (version) => matchers.every((matches) => matches?.(version));
}

function parseCondition(text: string): Matcher | undefined {
  const match = CONSTRAINT.exec(text.trim());
  const wanted = parseVersion(match?.[2] ?? '');
  if (!match || !wanted) return undefined;
  const operator = match[1] ?? '=';
  return (version) => {
    if (version.prerelease !== '' && !(wanted.prerelease !== '' && sameNumbers(version, wanted)))
      return false;
    const order = compareVersions(version, wanted);
    switch (operator) {
      case '=':
        return order === 0;
      case '!=':
        return order !== 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      default:
        return order >= 0 && sharesAllButLast(version, wanted);
    }
  };
}

function sameNumbers(a: Version, b: Version): boolean {
  return a.numbers.every((number, index) => number === b.numbers[index]);
}

/** `~>`: only the last written part may grow. */
function sharesAllButLast(version: Version, wanted: Version): boolean {
  return version.numbers
    .slice(0, Math.max(wanted.parts - 1, 0))
    .every((n, index) => n === wanted.numbers[index]);
}
