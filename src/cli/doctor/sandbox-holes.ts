import type { WorkingBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import { runInBox } from './doctor-box.ts';

/** The first things that a hostile run would try, each with its target. */
const ATTEMPTS: Record<string, string> = {
  'kernel settings can be written': ': > /proc/sys/kernel/core_pattern',
  'user name spaces can be made': 'unshare -U true',
  'cgroups can be mounted': 'unshare -UrmC sh -c "mkdir /tmp/c && mount -t cgroup2 none /tmp/c"',
  'the environment of who started the sandbox can be read':
    'tr "\\0" "\\n" < /proc/1/environ | grep -q ^RUNWRIGHT_',
  'the root folder can be written': ': > /left',
};

/** Tries each attempt in the sandbox that runs have. @returns the open ones, in words */
export async function tryHoles(check: WorkingBubblewrap): Promise<string[]> {
  const script = Object.entries(ATTEMPTS)
    .map(([what, command]) => `(${command}) >/dev/null 2>&1 && echo '${what}'`)
    .join('\n');
  return await runInBox(check, script);
}
