import { Worker } from 'node:worker_threads';
import { locateProgram } from '../database/embedded-program.ts';
import type { StateReading, StateReply, StateRequest } from './state-reading.ts';

export interface StateReader {
  /**
   * The content of the state file of this digest. It is read in a thread of its own, piece by piece.
   *
   * @throws Error when the file cannot be read, whatever its content
   */
  read(sha256: string): Promise<StateReading>;
  close(): Promise<void>;
}

/** The scanner keeps little of a file; a thread that needs more than this has a fault, and must not harm others. */
const MAX_HEAP_MB = 512;
/** An idle thread is ended to free its memory. */
const IDLE_MS = 60_000;
/** An apply's last state is read when it arrives, and again when the run ends. */
const KEPT_READINGS = 4;

interface Call {
  resolve: (reading: StateReading) => void;
  reject: (error: Error) => void;
}

/** @param fileOf the path of the file with this digest */
export function createStateReader(fileOf: (sha256: string) => string): StateReader {
  const calls = new Map<number, Call>();
  const kept = new Map<string, Promise<StateReading>>();
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  function start(): Worker {
    const started = new Worker(locateProgram('state-worker.js'), {
      name: 'state-reader',
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    started.unref();
    const end = (reason: string): void => {
      if (worker !== started) return;
      worker = undefined;
      for (const { reject } of calls.values()) reject(new Error(`the state could not be read: ${reason}`));
      calls.clear();
    };
    started.on('error', (error: Error) => end(error.message));
    started.on('exit', (code) => end(`its thread ended with code ${code}`));
    started.on('message', (reply: StateReply) => {
      const call = calls.get(reply.id);
      calls.delete(reply.id);
      if ('failure' in reply) call?.reject(new Error(`the state could not be read: ${reply.failure}`));
      else call?.resolve(reply);
      if (calls.size === 0) stopLater();
    });
    return started;
  }

  function stopLater(): void {
    clearTimeout(idle);
    idle = setTimeout(() => void stop(), IDLE_MS);
    idle.unref();
  }

  async function stop(): Promise<void> {
    clearTimeout(idle);
    if (calls.size > 0) return;
    const stopped = worker;
    worker = undefined;
    await stopped?.terminate();
  }

  function ask(sha256: string): Promise<StateReading> {
    lastId += 1;
    const request: StateRequest = { id: lastId, file: fileOf(sha256) };
    clearTimeout(idle);
    worker ??= start();
    const answer = new Promise<StateReading>((resolve, reject) => calls.set(request.id, { resolve, reject }));
    worker.postMessage(request);
    return answer;
  }

  return {
    read(sha256) {
      const known = kept.get(sha256);
      if (known !== undefined) return known;
      const reading = ask(sha256);
      kept.set(sha256, reading);
      reading.catch(() => kept.delete(sha256));
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT_READINGS) break;
        kept.delete(oldest);
      }
      return reading;
    },
    async close() {
      clearTimeout(idle);
      const stopped = worker;
      worker = undefined;
      await stopped?.terminate();
    },
  };
}
