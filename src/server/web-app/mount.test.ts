import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compressWeb } from '../../../scripts/compress-web.mjs';
import { createApp } from '../http/serve/app.ts';
import { mountWebApp } from './mount.ts';

const app = createApp(pino({ level: 'silent' }), null);
const INDEX =
  '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__" src="/app/assets/main-4f.js">';
const SCRIPT = 'console.log("a line of the program");\n'.repeat(200);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runwright-web-'));
  mountWebApp(app, path.join(folder, 'web'));
  await mkdir(path.join(folder, 'web', 'assets', 'folder.js'), { recursive: true });
  const files = {
    'secret.js': 'not for anybody',
    'web/index.html': INDEX,
    'web/secret.js': 'not for anybody',
    'web/assets/main-4f.js': SCRIPT,
    'web/assets/small-1a.css': 'a { color: red }',
    'web/assets/.hidden.js': 'not for anybody',
    'web/assets/main-4f.js.map': '{}',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  await compressWeb(path.join(folder, 'web'));
});

afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

describe('the page', () => {
  test.each([
    '/app',
    '/app/',
    '/app?tab=log',
    '/app/acme/network/runs/run-1',
    '/app/acme/workspaces/network',
    '/app/../app/x.js',
    '/app/assets',
    '/app/..%2f..%2fsecret.js',
  ])('%s returns the one document', async (url) => {
    const answer = await app.inject({ url });
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-store',
    ]);
    expect(answer.body).toContain('/app/assets/main-4f.js');
  });

  test('runs only scripts of this server, and has another nonce each time', async () => {
    const [first, second] = [await app.inject({ url: '/app' }), await app.inject({ url: '/app' })];
    const policy = String(first.headers['content-security-policy']);
    const directive = (name: string) => policy.split('; ').find((part) => part.startsWith(`${name} `));
    expect(directive('default-src')).toBe("default-src 'none'");
    expect(directive('script-src')).toBe("script-src 'self'");
    expect(directive('frame-ancestors')).toBe("frame-ancestors 'none'");
    expect(directive('base-uri')).toBe("base-uri 'none'");
    const [, nonce] = /^style-src 'self' 'nonce-(\S+)'$/.exec(directive('style-src') ?? '') ?? [];
    expect(first.body).toBe(INDEX.replaceAll('__CSP_NONCE__', String(nonce)));
    expect(second.body).not.toBe(first.body);
    expect(first.headers['x-content-type-options']).toBe('nosniff');
  });

  test('is answered to HEAD without a body', async () => {
    const answer = await app.inject({ method: 'HEAD', url: '/app/acme' });
    expect([answer.statusCode, answer.body]).toEqual([200, '']);
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(INDEX.length);
  });

  test('is refused with the name of the build command when it was not built', async () => {
    const unbuilt = createApp(pino({ level: 'silent' }), null);
    mountWebApp(unbuilt, path.join(folder, 'nowhere'));
    const answer = await unbuilt.inject({ url: '/app' });
    expect([answer.statusCode, answer.body]).toEqual([503, expect.stringContaining('npm run build')]);
    expect((await unbuilt.inject({ url: '/app/assets/main-4f.js' })).statusCode).toBe(404);
    await unbuilt.close();
  });
});

describe('an asset', () => {
  const decoded = { br: brotliDecompressSync, gzip: gunzipSync, none: (bytes: Buffer) => bytes };

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['identity', 'none'],
    ['gzip;q=0.0', 'none'],
    ['', 'none'],
  ] as const)('with Accept-Encoding %j is sent as %s', async (accepted, coding) => {
    const answer = await app.inject({
      url: '/app/assets/main-4f.js',
      headers: { 'accept-encoding': accepted },
    });
    expect(decoded[coding](answer.rawPayload).toString()).toBe(SCRIPT);
    expect(answer.headers['content-encoding'] ?? 'none').toBe(coding);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(answer.rawPayload.length),
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
    });
  });

  test('is sent as it is when it is small', async () => {
    const answer = await app.inject({
      url: '/app/assets/small-1a.css',
      headers: { 'accept-encoding': 'br' },
    });
    expect([answer.body, answer.headers['content-encoding']]).toEqual(['a { color: red }', undefined]);
  });

  test('is answered to HEAD with its length, and no body', async () => {
    const answer = await app.inject({ method: 'HEAD', url: '/app/assets/main-4f.js' });
    expect([answer.body, answer.headers['content-length']]).toEqual(['', String(SCRIPT.length)]);
  });

  test.each([
    'gone-00.js',
    'main-4f.js.map',
    'main-4f.js.br',
    '.hidden.js',
    '%2e%2e%2fsecret.js',
    '..%2f..%2fsecret.js',
    '%2fetc%2fpasswd.js',
    'folder.js',
    'main-4f.js%00.js',
    `${'a'.repeat(250)}.js`,
  ])('%s does not exist', async (name) => {
    const answer = await app.inject({ url: `/app/assets/${name}` });
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([404, 'no-store']);
  });
});
