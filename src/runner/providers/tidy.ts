import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../sandbox/remove-folder.ts';
import type { Log } from '../settings.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { listAwaited } from './awaited.ts';
import { removePackage } from './evict.ts';
import type { StoreFolder } from './store-folder.ts';

/** Quarantined packages stay for people to look at. */
const QUARANTINE_MS = 7 * 24 * 3600_000;

/** Removes the remains of killed processes and old quarantined packages. No run uses any of them. */
export async function tidyStore(folder: StoreFolder, log: Log): Promise<void> {
  const remove = async (path: string) =>
    await removeFolder(path).catch((error: unknown) =>
      log('warn', 'a rest of the provider store cannot be removed', { path, error: String(error) }),
    );
  for (const name of await readdir(folder.trash)) await remove(join(folder.trash, name));
  for (const name of await readdir(folder.staging)) {
    const place = join(folder.staging, name.replace(/\.lock$/, ''));
    const release = takeKernelLock(`${place}.lock`);
    if (!release) continue;
    await remove(place);
    await rm(`${place}.lock`, { force: true });
    release();
  }
  for (const name of await readdir(folder.quarantine)) {
    const place = join(folder.quarantine, name);
    const { ctimeMs } = await stat(place);
    if (Date.now() - ctimeMs > QUARANTINE_MS) await remove(place);
  }
  await listAwaited(folder);
  // The order matters: the metadata of a package is written before its folder exists.
  const packages = await readdir(join(folder.root, 'packages'));
  const known = new Set(await folder.listStored());
  for (const name of packages) {
    // Its process was killed between the two, or its metadata is damaged.
    if (!known.has(name)) await removePackage(folder, name);
  }
}
