import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { goneSignal } from '../http/gone-signal.ts';

/** Most bytes that wait for a slow reader; one further behind is cut off and can continue from its last event. */
const MAX_BEHIND_BYTES = 1024 * 1024;
/** At this fill level, a sender that can wait does so. */
const ENOUGH_BYTES = 256 * 1024;

/** A long-lived answer: server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface EventStream {
  /** Aborts when no client reads any more. */
  readonly gone: AbortSignal;
  /** @param data without line breaks, as JSON is */
  send(event: { id?: string; type: string; data: string }): void;
  /** Sends a sign of life, so that proxies do not take the connection for dead. */
  beat(): void;
  /** Resolves when the reader has taken enough of the sent bytes, or is gone. */
  room(): Promise<void>;
  end(): void;
}

export const EVENT_STREAM = 'text/event-stream';

export function openEventStream(reply: FastifyReply): EventStream {
  const body = new PassThrough({ highWaterMark: ENOUGH_BYTES });
  const left = new AbortController();
  body.once('close', () => left.abort());
  const gone = AbortSignal.any([left.signal, goneSignal(reply)]);
  gone.addEventListener('abort', () => body.destroy(), { once: true });
  // A reader that leaves in the middle is no error.
  body.on('error', () => left.abort());
  const write = (text: string): void => {
    if (body.destroyed || body.writableEnded) return;
    if (body.writableLength + body.readableLength > MAX_BEHIND_BYTES) body.destroy();
    else body.write(text);
  };
  void reply
    .headers({
      'Content-Type': `${EVENT_STREAM}; charset=utf-8`,
      'Cache-Control': 'no-store, no-transform',
      // A stopping server waits for its connections, and this one would be kept for a next request.
      Connection: 'close',
      'X-Accel-Buffering': 'no',
    })
    .send(body);
  // The headers go out with the first bytes: readers learn at once that the stream is open.
  write(': open\n\n');
  return {
    gone,
    send: ({ id, type, data }) =>
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${data}\n\n`),
    beat: () => write(': still here\n\n'),
    async room() {
      while (!gone.aborted && body.writableNeedDrain) {
        await new Promise<void>((resolve) => {
          const done = (): void => {
            body.off('drain', done);
            gone.removeEventListener('abort', done);
            resolve();
          };
          body.once('drain', done);
          gone.addEventListener('abort', done, { once: true });
        });
      }
    },
    end: () => void body.end(),
  };
}
