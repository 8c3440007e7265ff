import { afterEach, expect, it, vi } from 'vitest';
import { fetchBytes } from './request.ts';

afterEach(() => vi.unstubAllGlobals());

it('a redirect leads from http to https, and never back', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: URL) => {
    asked.push(url.href);
    const location = url.protocol === 'https:' ? 'http://site.test/b' : 'https://site.test/a';
    return Promise.resolve(new Response(null, { status: 307, headers: { location } }));
  });
  await expect(fetchBytes('http://site.test/', { bytes: 10, milliseconds: 1000 })).rejects.toThrow(
    'http://site.test/: it redirects from https: to http:, which is not followed',
  );
  expect(asked).toEqual(['http://site.test/', 'https://site.test/a']);
});

it('an answer above the limit is given up', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('01234567890')));
  await expect(fetchBytes('http://site.test/', { bytes: 10, milliseconds: 1000 })).rejects.toThrow(
    'it is larger than 10 bytes',
  );
});
