import type { Platform } from '../context.ts';
import { topics } from '../live/wake-ups.ts';
import { readPlainLog } from '../runs/log.ts';

const PART_BYTES = 64 * 1024;
const LOOK_AGAIN_MS = 1_000;
/** Most parts kept, one for each place of a reader: at the end of a log all readers share one. */
const MAX_KEPT = 8;

export type LogPart = Awaited<ReturnType<typeof readPlainLog>>;

/** One log for all its followers: each part is read once, however many they are. */
export interface LogTail {
  /** The bytes at `offset` now, at most 64 KiB. */
  read(offset: number): Promise<LogPart>;
  /** Resolves with the next news. Call it before a {@link LogTail.read}, so that no news is missed. */
  news(): Promise<void>;
  release(): void;
}

interface Tail {
  readers: number;
  parts: Map<number, Promise<LogPart>>;
  news: Promise<void>;
  tell: () => void;
  stopped: AbortController;
}

export function createLogTails(platform: Platform): { open(phaseId: string): LogTail } {
  const { wakeUps } = platform;
  const tails = new Map<string, Tail>();

  const renew = (tail: Tail): void => {
    const { tell } = tail;
    tail.parts.clear();
    tail.news = new Promise((resolve) => (tail.tell = resolve));
    tell();
  };

  async function goOn(phaseId: string, tail: Tail): Promise<void> {
    while (!tail.stopped.signal.aborted && !wakeUps.isClosed()) {
      await wakeUps.wait(topics.log(phaseId), LOOK_AGAIN_MS, tail.stopped.signal);
      renew(tail);
    }
    tail.tell();
  }

  const begin = (phaseId: string): Tail => {
    const { promise, resolve } = pending();
    const tail = {
      readers: 0,
      parts: new Map(),
      news: promise,
      tell: resolve,
      stopped: new AbortController(),
    };
    tails.set(phaseId, tail);
    void goOn(phaseId, tail);
    return tail;
  };

  return {
    open(phaseId) {
      const tail = tails.get(phaseId) ?? begin(phaseId);
      tail.readers += 1;
      let isReleased = false;
      return {
        async read(offset) {
          const kept = tail.parts.get(offset);
          if (kept !== undefined) return await kept;
          const part = readPlainLog(platform, phaseId, offset, PART_BYTES);
          if (tail.parts.size < MAX_KEPT) tail.parts.set(offset, part);
          return await part;
        },
        news: () => tail.news,
        release() {
          if (isReleased) return;
          isReleased = true;
          tail.readers -= 1;
          if (tail.readers > 0) return;
          tail.stopped.abort();
          tails.delete(phaseId);
        },
      };
    },
  };
}

function pending(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
