import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './serve/app.ts';

const big = JSON.stringify({ data: 'x'.repeat(10_000) });
let app: FastifyInstance;
beforeAll(() => {
  app = createApp(pino({ level: 'silent' }), null);
  const send = (url: string, type: string, payload: () => unknown) =>
    app.get(url, async (_request, reply) => await reply.header('Content-Type', type).send(payload()));
  send('/document', 'application/vnd.api+json', () => big);
  send('/small', 'application/vnd.api+json', () => '{}');
  send('/stream', 'application/json', () => Readable.from([big.slice(0, 4_000), big.slice(4_000)]));
  send('/broken', 'application/json', () =>
    Readable.from(
      (function* () {
        yield big;
        throw new Error('the disk is gone');
      })(),
    ),
  );
  send('/log', 'text/plain; charset=utf-8', () => big);
  let asked = 0;
  app.get('/constant', { config: { endpoint: { isConstant: true } } as object }, async (_request, reply) => {
    asked += 1;
    return await reply.header('Content-Type', 'application/json').send(JSON.stringify(`${asked} ${big}`));
  });
});

const read = async (url: string, encoding?: string) =>
  await app.inject({ url, headers: encoding === undefined ? {} : { 'accept-encoding': encoding } });

describe('the compression of answers', () => {
  it('compresses a constant answer once', async () => {
    const [first, second] = [await read('/constant', 'gzip'), await read('/constant', 'gzip')];
    expect(second.rawPayload.equals(first.rawPayload)).toBe(true);
    expect((JSON.parse((await read('/constant')).body) as string).startsWith('3 ')).toBe(true);
  });

  it.each(['/document', '/stream'])('compresses big JSON: %s', async (url) => {
    for (const encoding of ['gzip', 'deflate, GZIP;q=0.8', '*']) {
      const answer = await read(url, encoding);
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(answer.rawPayload).toString()).toBe(big);
      expect(answer.rawPayload.length).toBeLessThan(500);
      expect(answer.headers['vary']).toBe('Accept-Encoding');
    }
    for (const encoding of [undefined, '', 'br', 'gzip;q=0', 'gzip; q=0.0', 'gzipped']) {
      const answer = await read(url, encoding);
      expect([encoding, answer.headers['content-encoding'], answer.body]).toEqual([encoding, undefined, big]);
    }
  });

  it.each(['/small', '/log'])('leaves %s as it is', async (url) => {
    const answer = await read(url, 'gzip');
    expect(answer.headers['content-encoding']).toBeUndefined();
  });

  it('sends an error uncompressed when the source of the answer fails', async () => {
    const answer = await read('/broken', 'gzip');
    expect([answer.statusCode, answer.headers['content-encoding']]).toEqual([500, undefined]);
    expect(answer.json()).toEqual({
      errors: [{ status: '500', code: 'internal', title: 'internal server error' }],
    });
  });
});
