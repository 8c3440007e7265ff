import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBubblewrapSandbox } from '../../runner/sandbox/bubblewrap.ts';
import type { WorkingBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import { defaultLimits } from '../../runner/settings.ts';

/** What a run would try first, each with what it is about. */
const ATTEMPTS: Record<string, string> = {
  'kernel settings can be written': ': > /proc/sys/kernel/core_pattern',
  'user name spaces can be made': 'unshare -U true',
  'cgroups can be mounted': 'unshare -UrmC sh -c "mkdir /tmp/c && mount -t cgroup2 none /tmp/c"',
  'the environment of who started the sandbox can be read':
    'tr "\\0" "\\n" < /proc/1/environ | grep -q ^RUNWRIGHT_',
  'the root folder can be written': ': > /left',
};

/** Tries each of them in a sandbox as runs have it. @returns what is open, in words */
export async function tryHoles(check: WorkingBubblewrap): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'runwright-doctor-'));
  try {
    const hostFolder = join(root, 'box');
    await mkdir(hostFolder, { mode: 0o700 });
    await writeFile(join(root, 'terraformrc'), '');
    const script = Object.entries(ATTEMPTS)
      .map(([what, command]) => `(${command}) >/dev/null 2>&1 && echo '${what}'`)
      .join('\n');
    const running = createBubblewrapSandbox(check, join(root, 'support'), defaultLimits).start(
      { hostFolder, innerFolder: '/runwright', cliConfigFile: join(root, 'terraformrc') },
      {
        engine: '/bin/sh',
        args: ['-c', `${script}\ntrue`],
        workingDirectory: '/runwright',
        environment: { PATH: '/usr/bin:/bin' },
      },
    );
    let text = '';
    running.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    running.stderr.resume();
    await running.exited;
    return text.split('\n').filter((line) => line !== '');
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
