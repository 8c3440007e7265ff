import { access, chmod, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Log } from '../settings.ts';
import { PackageMeta, storedName } from './package-meta.ts';
import type { StoreFolder } from './store-folder.ts';

/** A damaged package in the quarantine, and the scopes in which it could be found. */
const PutAside = PackageMeta.extend({ scopes: z.array(z.string()), foundAt: z.iso.datetime() });
export type PutAside = z.infer<typeof PutAside>;

/** The package stays for people to look at, and its metadata beside it says which it was. */
export async function putAside(folder: StoreFolder, meta: PackageMeta, log: Log): Promise<void> {
  const stored = storedName(meta.h1);
  log('error', 'a stored provider is not what it was; it is put aside and fetched anew', {
    provider: `${meta.host}/${meta.namespace}/${meta.type} ${meta.version}`,
    package: stored,
  });
  const now = new Date();
  const aside = join(folder.quarantine, `${stored}.${now.getTime()}`);
  const record: PutAside = { ...meta, scopes: await scopesWith(folder, meta), foundAt: now.toISOString() };
  await writeFile(`${aside}.json`, JSON.stringify(record), { mode: 0o600 });
  await rm(folder.metaOf(stored), { force: true });
  const place = folder.packageOf(stored);
  await chmod(place, 0o755);
  await rename(place, aside);
}

/** The packages that were put aside and are still there, the newest first. */
export async function listPutAside({ quarantine }: StoreFolder): Promise<PutAside[]> {
  const names = (await readdir(quarantine).catch(() => [])).filter((name) => name.endsWith('.json'));
  const read = async (name: string) =>
    await readFile(join(quarantine, name), 'utf8')
      .then((text) => PutAside.parse(JSON.parse(text)))
      .catch(() => undefined);
  const all = (await Promise.all(names.map(read))).filter((each) => each !== undefined);
  return all.sort((a, b) => b.foundAt.localeCompare(a.foundAt));
}

/** The scopes in which the package can be found. */
export async function scopesWith(folder: StoreFolder, meta: PackageMeta): Promise<string[]> {
  const all = await readdir(join(folder.root, 'index')).catch(() => []);
  const isThere = async (scope: string) =>
    await access(join(folder.indexOf(scope, meta), storedName(meta.h1))).then(
      () => true,
      () => false,
    );
  const found = await Promise.all(all.map(isThere));
  return all.filter((_scope, index) => found[index]);
}
