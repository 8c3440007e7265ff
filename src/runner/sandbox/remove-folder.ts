import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** `rm` may print much about the files; this much of it is shown. */
const SAID_CHARACTERS = 300;

/**
 * Removes a folder that a run may have filled: thousands of levels deep, with paths longer than the limit, with
 * hundreds of thousands of files. Separate processes do it, by folder handles, without blocking this one.
 *
 * Errors: with the entries that could not be removed.
 */
export async function removeFolder(folder: string): Promise<void> {
  if ((await start('rm', '-rf', '--', folder)) === undefined) return;
  // A folder that its owner may not enter is opened first, which the owner may do.
  await start('chmod', '-R', 'u+rwx', '--', folder);
  const failure = await start('rm', '-rf', '--', folder);
  if (failure !== undefined) throw new Error(`${folder} cannot be removed: ${failure}`);
}

/** @returns the program's output, when it failed */
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
