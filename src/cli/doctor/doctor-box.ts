import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESOLV_CONF, type RunNetwork } from '../../runner/network/open-network.ts';
import { createBubblewrapSandbox } from '../../runner/sandbox/bubblewrap.ts';
import type { WorkingBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import { defaultLimits } from '../../runner/settings.ts';

/**
 * Runs a shell script in the same sandbox as runs.
 *
 * @param network the run's own network; undefined: the host's
 * @returns the lines that it printed
 */
export async function runInBox(
  check: WorkingBubblewrap,
  script: string,
  network?: RunNetwork,
): Promise<string[]> {
  const root = await mkdtemp(join(tmpdir(), 'runwright-doctor-'));
  try {
    const hostFolder = join(root, 'box');
    const resolvConf = join(root, 'resolv.conf');
    await mkdir(hostFolder, { mode: 0o700 });
    await writeFile(join(root, 'terraformrc'), '');
    await writeFile(resolvConf, RESOLV_CONF);
    const running = createBubblewrapSandbox(check, join(root, 'support'), defaultLimits).start(
      {
        ...{ hostFolder, innerFolder: '/runwright', cliConfigFile: join(root, 'terraformrc') },
        ...(network && { network: { fd: network.fd, ownerFd: network.ownerFd, resolvConf } }),
      },
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
