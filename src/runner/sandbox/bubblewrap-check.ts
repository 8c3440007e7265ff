import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { isolation, systemForStage, type BubblewrapFeatures } from './bubblewrap-arguments.ts';
import { becomeUser, drawUser } from './dropped-user.ts';

const PROGRAMS = ['/usr/bin/bwrap', '/bin/bwrap', '/usr/local/bin/bwrap', '/run/current-system/sw/bin/bwrap'];
const SOME_BYTES = 1024 ** 2;

export interface WorkingBubblewrap {
  works: true;
  program: string;
  features: BubblewrapFeatures;
  /** Runs have a user of their own where the runner itself has root's rights. */
  dropsRoot: boolean;
  /** Gaps of the isolation on this host, each with what would close it. */
  open: string[];
}
export type BubblewrapCheck = WorkingBubblewrap | { works: false; reason: string };

/** Whether bubblewrap is here and the kernel lets it make its name spaces; picks the strictest form that works. */
export async function checkBubblewrap(): Promise<BubblewrapCheck> {
  const program = PROGRAMS.find((path) => existsSync(path));
  if (program === undefined) return { works: false, reason: 'it is not installed' };
  const isRoot = process.getuid?.() === 0;
  let reason = '';
  for (const isNew of [true, false]) {
    for (const dropsRoot of isRoot ? [true, false] : [false]) {
      const features = { noNestedUsers: isNew, sizes: isNew };
      const failure = await tryIt(program, features, dropsRoot);
      if (failure === undefined)
        return { works: true, program, features, dropsRoot, open: listOpen(features, isRoot && !dropsRoot) };
      reason ||= failure;
    }
  }
  return { works: false, reason };
}

async function tryIt(
  program: string,
  features: BubblewrapFeatures,
  dropsRoot: boolean,
): Promise<string | undefined> {
  const stage = [program, ...systemForStage(), '--'];
  const command = [
    ...(dropsRoot ? [...stage, ...becomeUser(drawUser())] : []),
    ...[program, ...isolation(features, SOME_BYTES), '--remount-ro', '/', '--', '/usr/bin/true'],
  ];
  const [first = program, ...rest] = command;
  try {
    await promisify(execFile)(first, rest, { env: {}, timeout: 10_000 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

function listOpen({ noNestedUsers }: BubblewrapFeatures, runsAsRoot: boolean): string[] {
  return [
    ...(noNestedUsers
      ? []
      : [
          'runs can make user name spaces and have no size limit for /tmp: install bubblewrap 0.8.0 or newer',
        ]),
    ...(runsAsRoot
      ? [
          "runs have this host's root behind their user: start the runner as another user, or give it CAP_SYS_ADMIN",
        ]
      : []),
  ];
}
