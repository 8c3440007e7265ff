/**
 * Tests that need a program that may not be installed say so with {@link needs}. Without the program they are left out,
 * and the end of `npm test` lists them with what to install. Where nothing may be left out (CI=true) they fail instead.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { describe } from 'vitest';

interface Program {
  /** A call that succeeds if the program is installed and works. */
  probe: [command: string, ...args: string[]];
  /** How to install it. */
  remedy: string;
}

const programs = {
  terraform: { probe: ['terraform', 'version'], remedy: 'put terraform on PATH' },
  bwrap: {
    probe: ['bwrap', '--unshare-all', '--ro-bind', '/', '/', '/bin/true'],
    remedy: 'apt-get install bubblewrap, and allow user namespaces',
  },
  sshd: {
    probe: [
      'sh',
      '-c',
      'test -x /usr/sbin/sshd && command -v ssh && command -v ssh-keygen && command -v git',
    ],
    remedy: 'apt-get install openssh-server git',
  },
  // The provider of the tests is a script for this Node executable, and a sandbox shows little more than /usr.
  provider: {
    probe: ['sh', '-c', 'case "$0" in /usr/*) ;; *) exit 1 ;; esac', process.execPath],
    remedy: 'run the tests with a Node below /usr',
  },
  slirp4netns: {
    probe: ['sh', '-c', 'slirp4netns --version && ip -V && { [ -w /dev/net/tun ] || exit 1; }'],
    remedy: 'apt-get install slirp4netns iproute2, and let this user open /dev/net/tun',
  },
  chromium: { probe: ['chromium', '--version'], remedy: 'apt-get install chromium' },
} as const satisfies Record<string, Program>;

export type ProgramName = keyof typeof programs;

/** `describe`, or a `describe` that skips its tests and reports them if one of the programs is missing. */
export function needs(...names: ProgramName[]): typeof describe | typeof describe.skip {
  const missing = names.filter((name) => !works(name));
  if (missing.length === 0) return describe;
  const lines = missing.map((name) => `the tests that need ${name}: ${programs[name].remedy}`);
  if (process.env['CI'] === 'true') throw new Error(`nothing may be left out in CI, but ${lines.join('; ')}`);
  reportLeftOut(lines);
  return describe.skip;
}

function reportLeftOut(lines: readonly string[]): void {
  const record = process.env['RUNWRIGHT_TEST_LEFT_OUT'];
  if (record === undefined) console.warn(`left out: ${lines.join('\nleft out: ')}`);
  else appendFileSync(record, `${lines.join('\n')}\n`);
}

/** Programs that are not on PATH, each with what its variable should name. */
const otherEngines = {
  RUNWRIGHT_TEST_TOFU: 'OpenTofu 1.10 or newer',
  RUNWRIGHT_TEST_TERRAFORM_NEW: 'terraform 1.15 or newer',
  RUNWRIGHT_TEST_OPA: 'opa 0.70 or newer',
} as const;

/**
 * `describe` with the binary that the variable names. Without the variable the tests are left out; a binary that does
 * not work is a failure.
 */
export function withEngine(variable: keyof typeof otherEngines): {
  describe: typeof describe;
  binary: string;
} {
  const binary = process.env[variable] ?? '';
  const probe = variable === 'RUNWRIGHT_TEST_OPA' ? ['version'] : ['version', '-json'];
  if (binary !== '') execFileSync(binary, probe, { stdio: 'ignore', timeout: 30_000 });
  const remedy = `set ${variable} to the path of one`;
  return {
    describe: optionally(binary !== '', `the tests with ${otherEngines[variable]}: ${remedy}`),
    binary,
  };
}

/**
 * `describe`, or one that skips its tests, which the end of `npm test` then lists. Unlike tests left out by
 * {@link needs}, skipped ones are never a failure.
 */
export function optionally(isPossible: boolean, what: string): typeof describe {
  if (isPossible) return describe;
  reportLeftOut([`optional: ${what}`]);
  return describe.skip as typeof describe;
}

const found = new Map<ProgramName, boolean>();

function works(name: ProgramName): boolean {
  const known = found.get(name);
  if (known !== undefined) return known;
  const [command, ...args] = programs[name].probe;
  let works = true;
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 30_000 });
  } catch {
    works = false;
  }
  found.set(name, works);
  return works;
}
