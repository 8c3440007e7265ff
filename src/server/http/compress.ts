import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { takesCoding } from './accepted-codings.ts';
import type { Endpoint } from './endpoint.ts';

/** A smaller answer is sent as it is: the gzip frames would outweigh the gain. */
const MIN_BYTES = 4 * 1024;
/** A fast level; a higher one saves little on JSON. */
const OPTIONS = { level: 4 };

const gzipAtOnce = promisify<string, typeof OPTIONS, Buffer>(gzip);

/**
 * Sends big JSON (plans, states, lists) as gzip to clients that accept it. Logs are never compressed: their readers
 * count bytes (api-contract §1.1).
 */
export function compressJson(app: FastifyInstance): void {
  /** The compressed constant answers, by their route. */
  const constant = new Map<string, Promise<Buffer>>();
  app.addHook('onSend', async (request, reply, payload: unknown) => {
    if (!isJson(reply)) return payload;
    const isBig = payload instanceof Readable || (typeof payload === 'string' && payload.length >= MIN_BYTES);
    if (!isBig) return payload;
    void reply.header('Vary', 'Accept-Encoding');
    if (!takesCoding(request, 'gzip')) return payload;
    void reply.header('Content-Encoding', 'gzip').removeHeader('Content-Length');
    if (typeof payload === 'string') {
      const { config, url = '' } = request.routeOptions;
      if ((config as { endpoint?: Endpoint } | undefined)?.endpoint?.isConstant !== true)
        return await gzipAtOnce(payload, OPTIONS);
      const made = constant.get(url) ?? gzipAtOnce(payload, OPTIONS);
      constant.set(url, made);
      return await made;
    }
    const source = payload as Readable;
    const compressed = source.pipe(createGzip(OPTIONS));
    // An answer that fails must not look whole, and a client that leaves must not leave a file open.
    source.once('error', (error) => compressed.destroy(error));
    compressed.once('close', () => source.destroy());
    return compressed;
  });
}

const isJson = (reply: FastifyReply): boolean =>
  /^application\/(json|vnd\.api\+json)\b/.test(String(reply.getHeader('Content-Type') ?? '')) &&
  !reply.hasHeader('Content-Encoding');
