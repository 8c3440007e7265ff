import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRoom, storeLimits } from '../providers/evict.ts';
import { StepFailure } from '../step-failure.ts';
import { describeBytes } from './limit-watch.ts';
import type { StepContext } from './step-context.ts';

/** A command ended because the disk was full. */
export class DiskFull extends Error {
  override name = 'DiskFull';
  /** The command's output, for the log. */
  readonly shown: Buffer;

  constructor(shown: Buffer) {
    super('no space left on the disk');
    this.shown = shown;
  }
}

/** Whether the text has the kernel's words, as the engines print them, even across wrapped lines. */
export const saysDiskFull = (text: Buffer): boolean =>
  /no\s+space\s+left\s+on\s+device|disk\s+quota\s+exceeded/i.test(text.toString('utf8'));

/** Space that one more provider may need; most are smaller. */
const ROOM_BYTES = 1024 ** 3;

/** @returns whether files of earlier runs were removed */
export async function makeRoomForInit({ providers, limits }: StepContext): Promise<boolean> {
  const { folder } = providers.store;
  const room = await storeLimits(folder.root, limits.providerStoreBytes);
  return (await makeRoom(folder, room, Math.max(room.freeBytes, ROOM_BYTES))).length > 0;
}

export async function explainDiskFull({ folder }: StepContext, cause: DiskFull): Promise<StepFailure> {
  const freeIn = async (path: string): Promise<string> => {
    const { bavail, bsize } = await statfs(path);
    return `${path} has ${describeBytes(bavail * bsize)} free`;
  };
  const detail =
    `Archives need room in one folder, and what comes out of them in another: ${await freeIn(join(folder.box, 'tmp'))}, ` +
    `${await freeIn(folder.box)}. Free some on this runner; RUNWRIGHT_RUN_PROVIDERS bounds what it keeps of earlier runs.`;
  return new StepFailure('The disk of this runner is full: the providers of this run do not fit', detail, {
    cause,
  });
}
