import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathOf } from '../../protocol/package-name.ts';
import { readSignedSums } from '../downloads/signed-sums.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { keysOf, listMirror, signatureOf, type MirrorPackage } from './mirror-folder.ts';
import {
  combineDigests,
  copyFiles,
  digestFiles,
  listPackage,
  requireProgram,
  StrangePackage,
} from './package-files.ts';
import { storePackage } from './populate.ts';
import type { ProviderStore } from './provider-store.ts';
import { IMPORTED } from './scopes.ts';
import type { Transferred } from './transfer.ts';
import { unpackZip } from './unpack-zip.ts';

/**
 * Takes every package of a mirror's folder into the store, each whole or not at all; a package that fails does not
 * stop the others. The packages are for all organizations of this host: write access to the store permits an import.
 *
 * @param trustedKeys armored OpenPGP keys; if given, only archives that one of them signs are taken
 */
export async function* importMirror(
  store: ProviderStore,
  root: string,
  trustedKeys?: string,
): AsyncGenerator<Transferred> {
  for (const each of await listMirror(await realpath(root))) {
    const path = pathOf(each.name);
    try {
      const sizeBytes = await importPackage(store, each, trustedKeys);
      yield { path, sizeBytes };
    } catch (error) {
      yield { path, sizeBytes: 0, problem: error instanceof Error ? error.message : String(error) };
    }
  }
}

async function importPackage(
  store: ProviderStore,
  each: MirrorPackage,
  trustedKeys: string | undefined,
): Promise<number> {
  if (each.problem !== undefined) throw new StrangePackage(each.problem);
  const place = join(store.folder.staging, randomUUID());
  const release = takeKernelLock(`${place}.lock`);
  const folder = join(place, 'import');
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const archive = each.kind === 'archive' ? await hashArchive(each.path) : undefined;
    const signed = await checkSums(each, archive, trustedKeys);
    if (each.kind === 'archive') await unpackZip(each.path, folder);
    else await copyFiles(each.path, folder);
    const files = await listPackage(folder);
    const digests = await digestFiles(folder, files);
    if (each.files) compareFiles(digests, each.files);
    const h1 = combineDigests(digests);
    const own = archive === undefined ? [h1] : [h1, `zh:${archive}`];
    if (each.hashes.length > 0 && !own.some((hash) => each.hashes.includes(hash)))
      throw new StrangePackage(
        `it has the hashes ${own.join(', ')}, and the mirror names ${each.hashes.join(', ')}`,
      );
    await requireProgram(folder, files, each.name);
    const held = await storePackage(
      store,
      [IMPORTED],
      await realpath(folder),
      {
        ...{ name: each.name, hashes: [h1], signedArchives: signed?.archives ?? each.signedArchives },
        proof: `imported by ${userInfo().username}${signed ? `, signed by key ${signed.signers.join(', ')}` : ''}`,
        fetchedBy: { organization: '', run: '' },
      },
      () => Promise.resolve(),
    );
    held.release();
    return held.meta.sizeBytes;
  } finally {
    await rm(place, { recursive: true, force: true });
    await rm(`${place}.lock`, { force: true });
    release?.();
  }
}

/** Undefined for a package without signed checksums. Errors: {@link StrangePackage} if they are not of this archive. */
async function checkSums(
  { sumsFile, path }: MirrorPackage,
  archive: string | undefined,
  trustedKeys: string | undefined,
): Promise<{ archives: string[]; signers: string[] } | undefined> {
  if (sumsFile === undefined && trustedKeys === undefined) return undefined;
  if (sumsFile === undefined)
    throw new StrangePackage('it has no signed checksums beside it, which the given key should have signed');
  const { digests, signers } = await readSignedSums(
    await readBeside(sumsFile),
    await readBeside(signatureOf(sumsFile)),
    trustedKeys ?? (await readBeside(keysOf(sumsFile))).toString('utf8'),
  );
  const signed = digests.get(basename(path));
  if (signed === undefined) throw new StrangePackage('the signed checksums do not name it');
  if (signed !== archive)
    throw new StrangePackage(
      `it has SHA-256 ${archive}, signed is ${signed}: it is incomplete, or was changed`,
    );
  const archives = [...digests].filter(([name]) => name.endsWith('.zip')).map(([, digest]) => `zh:${digest}`);
  return { archives, signers };
}

/** Far more than a list of checksums or a key has. */
const MAX_BYTES = 1024 ** 2;

async function readBeside(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new StrangePackage(`${basename(file)} is missing beside it`);
  });
  if (bytes.length > MAX_BYTES)
    throw new StrangePackage(`${basename(file)} has more than ${MAX_BYTES} bytes`);
  return bytes;
}

function compareFiles(actual: ReadonlyMap<string, string>, named: Readonly<Record<string, string>>): void {
  const expected = new Map(Object.entries(named));
  const shown = (path: string) => JSON.stringify(path.slice(0, 200));
  for (const [path, digest] of actual) {
    if (!expected.has(path)) throw new StrangePackage(`${shown(path)} is there, and was not exported`);
    if (expected.get(path) !== digest)
      throw new StrangePackage(`${shown(path)} has other contents than were exported`);
  }
  for (const path of expected.keys())
    if (!actual.has(path)) throw new StrangePackage(`${shown(path)} was exported, and is missing`);
}

async function hashArchive(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
