import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../settings.ts';
import { takeKernelLock } from '../state/kernel-lock.ts';
import { hashPackage, listPackage } from './package-files.ts';
import type { PackageMeta } from './package-meta.ts';
import type { ProviderStore } from './provider-store.ts';

/** Each package is read as a whole once in this time; its own metadata says when, so that a restart changes nothing. */
const EVERY_MS = 7 * 24 * 3600_000;
const LOOK_EVERY_MS = 3600_000;
/** A start has better things to do. */
const FIRST_AFTER_MS = 5 * 60_000;
/** The reader rests after this much: at most 80 MB in a second, and a tenth of that while runs work. */
const PIECE_BYTES = 4 * 1024 ** 2;
const REST_MS = 50;
const REST_BESIDE_RUNS_MS = 500;

/** Reads each kept package again once a week, slowly, until `stopped`. Never fails. */
export async function keepScrubbing(
  store: ProviderStore,
  log: Log,
  isBusy: () => boolean,
  stopped: AbortSignal,
): Promise<void> {
  const pause = async (ms: number) => await sleep(ms, undefined, { signal: stopped }).catch(() => undefined);
  let read = 0;
  const rest = async (bytes: number): Promise<void> => {
    stopped.throwIfAborted();
    read += bytes;
    if (read < PIECE_BYTES) return;
    read = 0;
    await pause(isBusy() ? REST_BESIDE_RUNS_MS : REST_MS);
  };
  await pause(FIRST_AFTER_MS);
  while (!stopped.aborted) {
    try {
      const { checked, damaged } = await scrubStore(store, Date.now(), rest);
      if (checked > 0) log('info', 'kept providers were read again', { checked, damaged });
    } catch (error) {
      if (!stopped.aborted) log('warn', 'the kept providers cannot be checked', { error: String(error) });
    }
    await pause(LOOK_EVERY_MS);
  }
}

/**
 * Reads the packages that are due. A damaged one is put aside, as it is before a use. Only one process of a host reads
 * at a time. No package is locked meanwhile, so neither runs nor evictions wait; one that vanishes is left out.
 *
 * @param now milliseconds; a check in its future counts as none, since clocks are set back
 * @param rest awaited after each piece, with its size
 */
export async function scrubStore(
  store: ProviderStore,
  now: number,
  rest: (bytes: number) => Promise<void>,
): Promise<{ checked: number; damaged: number }> {
  const counts = { checked: 0, damaged: 0 };
  const release = takeKernelLock(join(store.folder.flights, 'scrub'));
  if (!release) return counts;
  try {
    for (const stored of await store.folder.listStored()) {
      const meta = await store.read(stored);
      if (!meta || !isDue(meta, now)) continue;
      counts.checked += 1;
      if (await isRight(store, stored, meta, rest)) await store.noteChecked(meta, new Date(now));
      // What was read slowly may have been replaced meanwhile: the decision is made under the package's lock.
      else if (!(await store.verify(meta))) counts.damaged += 1;
    }
  } finally {
    release();
  }
  return counts;
}

function isDue({ checkedAt, fetchedAt }: PackageMeta, now: number): boolean {
  const age = now - Date.parse(checkedAt ?? fetchedAt);
  return !(age >= 0 && age < EVERY_MS);
}

async function isRight(
  store: ProviderStore,
  stored: string,
  { h1 }: PackageMeta,
  rest: (bytes: number) => Promise<void>,
): Promise<boolean> {
  const place = store.folder.packageOf(stored);
  const files = await listPackage(place).catch(() => undefined);
  if (!files) return false;
  const actual = await hashPackage(place, files, rest).catch((error: NodeJS.ErrnoException) => {
    if (error.name === 'AbortError') throw error;
    return undefined;
  });
  return actual === h1;
}
