import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What `rm` says of each file may be a lot; this much of it is told. */
const SAID_CHARACTERS = 300;

/**
 * Removes a folder that a run may have filled: thousands of levels deep, with names longer than a path may be, with
 * hundreds of thousands of files. Processes of their own do it, by folder handles, while this one goes on.
 *
 * Errors: with what could not be removed.
 */
export async function removeFolder(folder: string): Promise<void> {
  if ((await start('rm', '-rf', '--', folder)) === undefined) return;
  // A folder that its owner may not enter is opened first: its owner may do that.
  await start('chmod', '-R', 'u+rwx', '--', folder);
  const failure = await start('rm', '-rf', '--', folder);
  if (failure !== undefined) throw new Error(`${folder} cannot be removed: ${failure}`);
}

/** @returns what it said, when it failed */
async function start(program: string, ...args: string[]): Promise<string | undefined> {
  const child = spawn(program, args, {
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < SAID_CHARACTERS) said += text.slice(0, SAID_CHARACTERS);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? undefined : (said.split('\n')[0] ?? '');
}
