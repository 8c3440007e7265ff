import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OpenUrl } from '../../releases/fetch-url.ts';
import { openArchive } from '../../releases/open-archive.ts';
import { findRelease } from '../../releases/provider-registry.ts';
import { pathOf, type PackageName } from '../../protocol/package-name.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { makeRoom, type StoreLimits } from './evict.ts';
import { takeTurn } from './flight.ts';
import { hashPackage, listPackage, requireProgram, StrangePackage } from './package-files.ts';
import { storePackage } from './populate.ts';
import { keptForHost } from './scopes.ts';
import { listKept, type StoreView } from './store-view.ts';
import { unpackZip } from './unpack-zip.ts';

export interface PrefetchMeans {
  open: OpenUrl;
  limits: StoreLimits;
  /** For the package's metadata. */
  organization: string;
  stopped: AbortSignal;
}

const DOCUMENT_MS = 30_000;
const ARCHIVE_MS = 30 * 60_000;
const MAX_ARCHIVE_BYTES = 1024 ** 3;

/**
 * Fetches a package from its registry into the store, verified as terraform verifies it, unless it is there. If several
 * processes are to fetch the same one, the first does, and the others find it.
 *
 * @returns what has happened, in words for people
 * @throws RegistryProblem, StrangePackage
 */
export async function prefetch(
  view: StoreView,
  name: PackageName,
  { open, limits, organization, stopped }: PrefetchMeans,
): Promise<string> {
  const { folder } = view.store;
  const turn = await takeTurn(folder.flights, ['prefetch', view.pins, pathOf(name)], () => stopped.aborted);
  stopped.throwIfAborted();
  const place = join(folder.staging, randomUUID());
  const release = takeKernelLock(`${place}.lock`);
  try {
    if ((await listKept(view, name)).length > 0) return 'It was kept already.';
    const access = { open, origin: `https://${name.host}`, timeoutMs: DOCUMENT_MS };
    const signed = await findRelease(access, name);
    const unpacked = join(place, 'prefetched');
    await mkdir(unpacked, { recursive: true, mode: 0o700 });
    const archive = join(place, 'archive.zip');
    const bytes = await openArchive(open, signed, { maxBytes: MAX_ARCHIVE_BYTES, timeoutMs: ARCHIVE_MS });
    await pipeline(bytes, createWriteStream(archive, { flags: 'wx', mode: 0o600 }));
    await unpackZip(archive, unpacked);
    await rm(archive);
    const files = await listPackage(unpacked);
    await requireProgram(unpacked, files, name);
    const held = await storePackage(
      view.store,
      view.scopes?.kept(name) ?? keptForHost(name),
      await realpath(unpacked),
      {
        ...{ name, hashes: [await hashPackage(unpacked, files)] },
        signedArchives: [...new Set(signed.platforms.values())].map((sha256) => `zh:${sha256}`),
        proof: `signed, key ID ${signed.keyId}`,
        fetchedBy: { organization, run: '' },
      },
      async (sizeBytes) => {
        if (sizeBytes > limits.bytes) throw new StrangePackage('it is larger than the store may be');
        await makeRoom(folder, limits, sizeBytes);
      },
    );
    held.release();
    return `It was fetched from ${name.host}, ${(held.meta.sizeBytes / 1024 ** 2).toFixed(1)} MB unpacked.`;
  } finally {
    await rm(place, { recursive: true, force: true });
    await rm(`${place}.lock`, { force: true });
    release?.();
    turn?.();
  }
}
