import type { IncomingMessage, ServerResponse } from 'node:http';

/** The largest JSON-RPC message: a state file fits, as a tool argument. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export type ReadBody = { readonly text: string } | { readonly problem: 'too_large' | 'broken_off' };

/** The whole body. A body above the limit is not read to its end. */
export async function readBody(
  incoming: AsyncIterable<Buffer>,
  declaredBytes: string | undefined,
): Promise<ReadBody> {
  if (Number(declaredBytes) > MAX_BODY_BYTES) return { problem: 'too_large' };
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of incoming) {
      bytes += piece.length;
      if (bytes > MAX_BODY_BYTES) return { problem: 'too_large' };
      pieces.push(piece);
    }
  } catch {
    return { problem: 'broken_off' };
  }
  return { text: Buffer.concat(pieces).toString('utf8') };
}

/**
 * The web form of a request. Its signal fires when the client disconnects before the answer is complete.
 *
 * @param body undefined for GET and DELETE
 */
export function toWebRequest(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  url: URL,
  body: string | undefined,
): Request {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(new Error('the client has disconnected'));
  });
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return new Request(url, {
    method: incoming.method ?? 'GET',
    headers,
    ...(body === undefined ? {} : { body }),
    signal: gone.signal,
  });
}

/** Sends the answer in pieces, as fast as the client reads them; stops when the client disconnects. */
export async function sendWebResponse(response: Response, outgoing: ServerResponse): Promise<void> {
  if (outgoing.destroyed) {
    await response.body?.cancel();
    return;
  }
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  // An event stream's first event may come much later, and clients wait for the headers.
  outgoing.flushHeaders();
  const reader = response.body.getReader();
  outgoing.once('close', () => void reader.cancel().catch(() => undefined));
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (outgoing.destroyed) return;
      if (!outgoing.write(next.value)) await drained(outgoing);
    }
    outgoing.end();
  } catch {
    // The status is already sent: only a broken connection can still show the failure.
    outgoing.destroy();
  }
}

async function drained(outgoing: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.once('drain', done);
    outgoing.once('close', done);
  });
}
