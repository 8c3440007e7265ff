import { existsSync } from 'node:fs';
import type { SandboxLimits } from './sandbox.ts';

const PRLIMIT = '/usr/bin/prlimit';

/**
 * A command prefix that sets kernel limits and then becomes the command itself, so that its process id stays; empty
 * where util-linux is absent. Memory is left to the host's cgroups: a Go program reserves more than it uses.
 */
export function limitPrefix(limits: SandboxLimits): string[] {
  if (!existsSync(PRLIMIT)) return [];
  const options = ['--core=0:0', `--fsize=${limits.fileBytes}:${limits.fileBytes}`];
  if (limits.processes > 0) options.push(`--nproc=${limits.processes}:${limits.processes}`);
  return [PRLIMIT, ...options, '--'];
}
