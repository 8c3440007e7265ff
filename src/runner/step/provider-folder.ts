import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { LOCK_FILE } from '../configuration/init-need.ts';
import { readLockFile } from '../providers/lock-file.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import type { Prepared } from './prepared.ts';

/**
 * A folder beside the configuration that only requires `providers`, by their addresses, as they are installed for the
 * configuration; providers that only the state names are included. It is made after all programs of the run have
 * ended.
 */
export async function makeProviderFolder(
  box: string,
  { workingDirectory }: Prepared,
  providers: readonly string[],
): Promise<string> {
  const folder = await mkdtemp(join(box, 'providers-'));
  const lock = await readLeftFile(workingDirectory, join(workingDirectory, LOCK_FILE));
  const entries = readLockFile(lock?.toString('utf8') ?? '') ?? [];
  const needs = providers.map((source, index) => {
    const version = entries.find(({ address }) => address === source)?.version;
    // Without a version terraform would not accept a pre-release.
    return [`p${index}`, { source, ...(version !== undefined && { version }) }];
  });
  const text = JSON.stringify({ terraform: { required_providers: Object.fromEntries(needs) as unknown } });
  await writeFile(join(folder, 'main.tf.json'), text, { flag: 'wx' });
  if (lock) await writeFile(join(folder, LOCK_FILE), lock, { flag: 'wx' });
  await mkdir(join(folder, '.terraform'));
  const installed = join(workingDirectory, '.terraform', 'providers');
  await symlink(relative(join(folder, '.terraform'), installed), join(folder, '.terraform', 'providers'));
  return folder;
}
