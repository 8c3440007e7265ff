import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isStoredName } from './package-meta.ts';
import type { StoreFolder } from './store-folder.ts';

/** A plan that nobody has decided on for so long holds nothing any more; its apply fetches what is gone. */
const AWAITED_MS = 7 * 24 * 3600_000;

const fileOf = ({ waiting }: StoreFolder, runId: string): string =>
  join(waiting, createHash('sha256').update(runId).digest('hex'));

/** Remembers that the apply of a run will want these packages, though no process uses them meanwhile. */
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

/** The packages that applies will want. What is too old goes. */
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
