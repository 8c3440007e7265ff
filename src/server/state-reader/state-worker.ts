/** The thread that reads state files: a large one would delay all other requests. Started by state-reader.ts. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { NoState, scanState } from '../../state-files/scan-state.ts';
import type { StateReading, StateReply, StateRequest } from './state-reading.ts';

const PIECE_BYTES = 1024 * 1024;

async function read(file: string): Promise<StateReading> {
  const hash = createHash('md5');
  const scan = scanState({ detail: true });
  for await (const piece of createReadStream(file, { highWaterMark: PIECE_BYTES })) {
    hash.update(piece as Buffer);
    scan.write(piece as Buffer);
  }
  const md5 = hash.digest('hex');
  try {
    return { md5, summary: scan.finish() };
  } catch (error) {
    if (!(error instanceof NoState)) throw error;
    return { md5, problem: error.message };
  }
}

parentPort?.on('message', ({ id, file }: StateRequest) => {
  const answer = (reply: StateReply): void => parentPort?.postMessage(reply);
  read(file).then(
    (reading) => answer({ id, ...reading }),
    (error: unknown) => answer({ id, failure: error instanceof Error ? error.message : String(error) }),
  );
});
