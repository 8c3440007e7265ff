import { sleep } from './deadline.ts';
import type { OpenAnswer } from './stream.ts';
import type { CallOptions, Transport } from './transport.ts';

/** First and last byte of a complete log (`api-contract §4.3`). They count as bytes and are not part of the text. */
const STX = 0x02;
const ETX = 0x03;
const DEFAULT_LIMIT = 64 * 1024;
const FIRST_POLL_MS = 250;
const MAX_POLL_MS = 2_000;

export interface LogRange extends CallOptions {
  /** In bytes of the stored log, markers included. Default 0. */
  readonly offset?: number;
  /** In bytes. Default 64 KiB. */
  readonly limit?: number;
}

export interface LogChunk {
  /** Without the markers. May begin or end inside a UTF-8 sequence. */
  readonly bytes: Uint8Array;
  /** The offset of the next read. */
  readonly nextOffset: number;
  /** true when the log's end marker was read: nothing will follow. */
  readonly complete: boolean;
}

export interface FollowOptions extends CallOptions {
  readonly limit?: number;
  /** Called while nothing new arrives; true ends the log even without its end marker (a phase that never ran). */
  readonly isOver?: () => Promise<boolean>;
}

/** The rest of a log from `offset` on, piece by piece, markers included. */
export async function openLog(
  transport: Transport,
  url: string,
  offset: number,
  signal: AbortSignal | undefined,
): Promise<OpenAnswer> {
  const [base = ''] = url.split(/[?#]/, 1);
  return transport.openTransfer({ url: offset === 0 ? base : `${base}?offset=${String(offset)}`, signal });
}

/** Reads a part of a plan's or apply's log. `url` is its `log-read-url`; the token is not sent to it. */
export async function readLog(transport: Transport, url: string, range: LogRange = {}): Promise<LogChunk> {
  const { offset = 0, limit = DEFAULT_LIMIT, signal } = range;
  // A relative address and one with a query are both allowed; offset and limit replace any query.
  const [base = ''] = url.split(/[?#]/, 1);
  const answer = await transport.transfer({
    method: 'GET',
    url: `${base}?limit=${String(limit)}&offset=${String(offset)}`,
    signal,
  });
  const { bytes } = answer;
  const complete = bytes.at(-1) === ETX;
  const start = offset === 0 && bytes[0] === STX ? 1 : 0;
  return {
    bytes: bytes.subarray(start, complete ? bytes.length - 1 : bytes.length),
    nextOffset: offset + bytes.length,
    complete,
  };
}

/** Yields a log's text as it grows and returns at its end. */
export async function* followLog(
  transport: Transport,
  url: string,
  options: FollowOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { limit, isOver, signal } = options;
  const decoder = new TextDecoder();
  let offset = 0;
  let pollMs = FIRST_POLL_MS;
  for (let knownOver = false; ;) {
    const chunk = await readLog(transport, url, {
      offset,
      ...(limit === undefined ? {} : { limit }),
      signal,
    });
    const isEmpty = chunk.nextOffset === offset;
    offset = chunk.nextOffset;
    const text = decoder.decode(chunk.bytes, { stream: !chunk.complete });
    if (text !== '') yield text;
    if (chunk.complete) return;
    if (!isEmpty) {
      pollMs = FIRST_POLL_MS;
      continue;
    }
    // The phase can end between the read and this call, so text written until then is read once more.
    if (knownOver) return;
    knownOver = (await isOver?.()) ?? false;
    if (knownOver) continue;
    await sleep(pollMs, signal);
    pollMs = Math.min(MAX_POLL_MS, pollMs * 1.5);
  }
}
