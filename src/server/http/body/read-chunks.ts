import type { Readable } from 'node:stream';
import { refuse } from '../refusal.ts';

/** A sender that begins later, or sends less in a second, only occupies the connection. */
export interface Pace {
  graceMs: number;
  bytesPerSecond: number;
}
const PACE: Pace = { graceMs: 15_000, bytesPerSecond: 8 * 1024 };

/**
 * Passes on a body part by part, as it arrives, and leaves the connection usable for the answer however it ends.
 *
 * @param take may throw: then no more is read
 * @throws 413 more than `maxBytes`; 408 it arrives too slowly; the stream's own error when its sender has left
 */
export async function readChunks(
  body: Readable,
  maxBytes: number,
  take: (chunk: Buffer) => void,
  pace = PACE,
): Promise<void> {
  const startedAt = performance.now();
  let size = 0;
  let stopWatching = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const attempt = (act: () => void): void => {
        try {
          act();
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const onData = (chunk: Buffer): void =>
        attempt(() => {
          size += chunk.length;
          if (size > maxBytes) refuseTooLarge(maxBytes);
          take(chunk);
        });
      const onClose = (): void => reject(new Error('the body was broken off'));
      const timer = setInterval(
        () => attempt(() => requirePace(size, performance.now() - startedAt, pace)),
        Math.min(1_000, pace.graceMs),
      );
      stopWatching = () => {
        clearInterval(timer);
        body.off('data', onData).off('end', resolve).off('error', reject).off('close', onClose);
      };
      body.on('data', onData).once('end', resolve).once('error', reject).once('close', onClose);
    });
  } catch (error) {
    body.pause();
    throw error;
  } finally {
    stopWatching();
  }
}

export const refuseTooLarge = (maxBytes: number): never =>
  refuse('too_large', `The body has more than the ${maxBytes} bytes that are allowed here.`);

function requirePace(size: number, elapsedMs: number, { graceMs, bytesPerSecond }: Pace): void {
  const expected = ((elapsedMs - graceMs) / 1_000) * bytesPerSecond;
  if (size < expected) refuse('request_timeout', 'The body comes too slowly.');
}
