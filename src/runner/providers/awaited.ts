import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStoredName } from './package-meta.ts';
import type { StoreFolder } from './store-folder.ts';

/** A plan that waits longer for a decision keeps no packages; its apply fetches what is gone. */
const AWAITED_MS = 7 * 24 * 3600_000;

const fileOf = ({ waiting }: StoreFolder, runId: string): string =>
  join(waiting, createHash('sha256').update(runId).digest('hex'));

/** Records that the apply of a run will need these packages, although no process uses them meanwhile. */
export async function awaitApply(
  folder: StoreFolder,
  runId: string,
  stored: readonly string[],
): Promise<void> {
  if (stored.length > 0) await writeFile(fileOf(folder, runId), stored.join('\n'), { mode: 0o600 });
}

export async function endAwait(folder: StoreFolder, runId: string): Promise<void> {
  await rm(fileOf(folder, runId), { force: true });
}

/** The packages that applies will need. Records that are too old are removed. */
export async function listAwaited(folder: StoreFolder): Promise<Set<string>> {
  const awaited = new Set<string>();
  for (const name of await readdir(folder.waiting).catch(() => [])) {
    const file = join(folder.waiting, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts === undefined) continue;
    if (Date.now() - facts.mtimeMs > AWAITED_MS) await rm(file, { force: true });
    else
      for (const stored of (await readFile(file, 'utf8').catch(() => '')).split('\n'))
        if (isStoredName(stored)) awaited.add(stored);
  }
  return awaited;
}
