import { existsSync } from 'node:fs';
import type { SandboxLimits } from './sandbox.ts';

const PRLIMIT = '/usr/bin/prlimit';
const CHOOM = '/usr/bin/choom';
/** The watch sees a run pass its limit before the kernel refuses more, so it can say which limit it was. */
const KERNEL_SLACK = 1.5;

/**
 * A command prefix that sets kernel limits and then becomes the command itself, so that its process id stays; empty
 * where util-linux is absent. The limits of one process are set here; the watch limits the sum of all processes of a
 * run. Address space has no limit: a Go program reserves more than it uses. Processes are counted only where the run
 * has its own user, or user name space: elsewhere the count includes all other processes of the user.
 */
export function limitPrefix(
  limits: SandboxLimits,
  { countsOwnProcesses }: { countsOwnProcesses: boolean },
): string[] {
  if (!existsSync(PRLIMIT)) return [];
  const both = (name: string, value: number) => `--${name}=${Math.ceil(value)}:${Math.ceil(value)}`;
  const options = [
    '--core=0:0',
    both('fsize', limits.diskBytes),
    both('data', limits.memoryBytes * KERNEL_SLACK),
  ];
  if (countsOwnProcesses && limits.processes > 0)
    options.push(both('nproc', limits.processes * KERNEL_SLACK));
  // Short of memory, the kernel should kill a run, and not the runner or another program of the host.
  const first = existsSync(CHOOM) ? [CHOOM, '-n', '800', '--'] : [];
  return [PRLIMIT, ...options, '--', ...first];
}
