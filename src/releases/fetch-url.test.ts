import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { fetchBytes, fetchJson, type OpenUrl } from './fetch-url.ts';

const LIMITS = { maxBytes: 1_000, timeoutMs: 20_000 };
const START = 'https://registry.test/index.json';

/** Answers of a registry by path. */
const answering =
  (answers: Record<string, { status?: number; location?: string; body?: string }>): OpenUrl =>
  (url) => {
    const { status = 200, location, body = '' } = answers[new URL(url).pathname] ?? { status: 404 };
    return Promise.resolve({ status, location, body: Readable.from([Buffer.from(body)]) });
  };

test('a redirect is followed, and the answer has the address that it came from', async () => {
  const open = answering({ '/index.json': { status: 307, location: '/b' }, '/b': { body: 'x' } });
  expect(await fetchBytes(open, START, LIMITS)).toEqual({
    url: 'https://registry.test/b',
    bytes: Buffer.from('x'),
  });
});

test.each<[string, Parameters<typeof answering>[0], string]>([
  ['redirects in a circle', { '/index.json': { status: 302, location: '/index.json' } }, 'more than 5 times'],
  ['leads to http', { '/index.json': { status: 302, location: 'http://registry.test/' } }, 'without https'],
  ['leads to no address', { '/index.json': { status: 302, location: 'https://' } }, 'answers 302'],
  ['redirects nowhere', { '/index.json': { status: 302 } }, 'answers 302'],
  ['answers more than it may', { '/index.json': { body: ' '.repeat(1_001) } }, 'more than 1000 bytes'],
  ['answers a page', { '/index.json': { body: '<html>' } }, 'answers no JSON'],
  ['answers other JSON', { '/index.json': { body: '[]' } }, 'answers not as a registry does'],
  ['gives nothing', {}, 'is not there (404)'],
  ['wants a password', { '/index.json': { status: 401 } }, 'wants credentials (401)'],
])('a registry that %s gives nothing, and the reason says so', async (_what, answers, words) => {
  const asked = fetchJson(answering(answers), START, z.object({ versions: z.unknown() }), LIMITS);
  await expect(asked).rejects.toThrow(words);
});

test('a reason never has the query of an address, which may hold a signature', async () => {
  const failed = await fetchBytes(answering({}), `${START}?signature=secret`, LIMITS).catch(String);
  expect(failed).toContain('https://registry.test/index.json is not there');
  expect(failed).not.toContain('secret');
});
