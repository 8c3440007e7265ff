import { existsSync } from 'node:fs';
import type { SandboxLimits } from './sandbox.ts';

const PRLIMIT = '/usr/bin/prlimit';
const CHOOM = '/usr/bin/choom';
/** The watch sees a run pass its limit before the kernel refuses it more, and can say which limit it was. */
const KERNEL_SLACK = 1.5;

/**
 * A command prefix that sets kernel limits and then becomes the command itself, so that its process id stays; empty
 * where util-linux is absent. What one process may hold is bounded here at once, what all of a run hold together by
 * the watch. Address space has no limit: a Go program reserves more than it uses. Processes are counted only where
 * the run has a user, or a user name space, of its own: elsewhere the count includes everything else of the user.
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
  // Short of memory, the kernel is to end a run, and not the runner or another program of the host.
  const first = existsSync(CHOOM) ? [CHOOM, '-n', '800', '--'] : [];
  return [PRLIMIT, ...options, '--', ...first];
}
