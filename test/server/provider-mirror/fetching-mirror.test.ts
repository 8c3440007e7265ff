import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hostPlatform } from '../../../src/runner/host-platform.ts';
import { startRegistry, type ProviderRegistry } from '../../support/provider/registry.ts';
import { createOrganization } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

/** Providers are named after this host, which the server asks at the address of the test's registry. */
const HOST = 'registry.example.com';
/** Nothing listens there. */
const AWAY = 'away.example.com';
let folder: string;
let registry: ProviderRegistry;
let server: TestServer;
let organization: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'runwright-mirror-'));
  const program = path.join(folder, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const types = ['one', 'two', 'three', 'four', 'five'];
  registry = await startRegistry(program, { types, versions: ['1.0.0', '1.1.0'], paddingBytes: 200_000 });
  server = await startTestServer({
    RUNWRIGHT_MIRROR_REGISTRIES: `${HOST}=https://${registry.host},${AWAY}=https://localhost:1`,
    RUNWRIGHT_ALLOW_OUTBOUND: 'localhost,127.0.0.1',
  });
  // The registry's authority is known to this test alone; the rules for addresses stay the server's.
  const { findProblem } = server.platform.outbound;
  server.platform.outbound.open = (url, signal) =>
    new Promise((resolve, reject) => {
      if (findProblem(url) !== undefined) return reject(new Error('it is not a public address'));
      get(url, { agent: false, ca: registry.authority, signal }, (response) =>
        resolve({ status: response.statusCode ?? 0, location: response.headers.location, body: response }),
      ).on('error', reject);
    });
  organization = await createOrganization(server);
});
afterAll(async () => {
  await server.close();
  await registry.close();
  rmSync(folder, { recursive: true });
});

interface Archives {
  archives: Record<string, { url: string; hashes: string[] }>;
}
const ask = async (file: string, { host = HOST, of = organization } = {}) =>
  await server.call('GET', `/api/registry/v1/mirrors/${of}/${host}/runwright/${file}`);
const archiveOf = async (file: string, of = organization) => {
  const answer = await ask(file, { of });
  expect([answer.status, answer.text]).toEqual([200, answer.text]);
  return (answer.body as unknown as Archives).archives[hostPlatform()] ?? { url: '', hashes: [] };
};
const download = async (url: string) => {
  const response = await fetch(server.url + url);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
};
const listed = async (of = organization): Promise<unknown[]> =>
  (await server.call('GET', `/api/v2/organizations/${of}/mirrored-providers`)).body
    .data as unknown as unknown[];
const sent = (type: string) =>
  registry.requests.filter((each) => each.endsWith('.zip') && each.includes(`/${type}/`)).length;

test('a provider is fetched when its archive is asked for, once for many, and served without the registry', async () => {
  expect((await ask('one/index.json')).body).toEqual({ versions: { '1.0.0': {}, '1.1.0': {} } });
  const { url, hashes } = await archiveOf('one/1.0.0.json');
  expect(hashes).toEqual([expect.stringMatching(/^zh:[0-9a-f]{64}$/)]);
  expect([sent('one'), await listed()]).toEqual([0, []]);
  const all = await Promise.all([download(url), download(url), download(url)]);
  expect(all.map(({ status, bytes }) => [status, bytes.equals(all[0]?.bytes ?? Buffer.of())])).toEqual(
    Array(3).fill([200, true]),
  );
  expect(sent('one')).toBe(1);
  expect(await listed()).toMatchObject([
    {
      attributes: {
        address: `${HOST}/runwright/one`,
        version: '1.0.0',
        hashes: [expect.anything(), hashes[0]],
      },
    },
  ]);
  const entries = await server.platform.db
    .selectFrom('audit_entry')
    .select(['actor_kind', 'action'])
    .where('resource_type', '=', 'mirrored-providers')
    .execute();
  expect(entries).toEqual([{ actor_kind: 'platform', action: 'fetch' }]);
  // Another organization has the bytes without a second download, and a row of its own.
  const other = await createOrganization(server);
  expect(await listed(other)).toEqual([]);
  expect((await download((await archiveOf('one/1.0.0.json', other)).url)).status).toBe(200);
  expect([sent('one'), (await listed(other)).length]).toEqual([1, 1]);

  registry.trouble = { status: 503 };
  const kept = await archiveOf('one/1.0.0.json');
  expect(kept.hashes).toEqual([expect.stringMatching(/^h1:/), hashes[0]]);
  expect((await download(kept.url)).bytes.equals(all[0]?.bytes ?? Buffer.of())).toBe(true);
  registry.trouble = undefined;
});

test.each([
  ['a registry with other bytes than it has signed', 'two', { wrongSum: true }, 409, 'signed is ffff'],
  ['an archive that breaks off', 'three', { cutAfterBytes: 70_000 }, 503, 'broke off'],
] as const)('%s gives nothing, and says why', async (_what, type, trouble, status, words) => {
  registry.trouble = trouble;
  const { url } = await archiveOf(`${type}/1.1.0.json`);
  const before = (await listed()).length;
  const failed = await download(url);
  expect([failed.status, failed.bytes.toString()]).toEqual([status, expect.stringContaining(words)]);
  expect(await listed()).toHaveLength(before);
  registry.trouble = undefined;
  // Of wrong hashes the mirror learns when it forgets them, a minute later.
  if (type === 'three') expect((await download(url)).status).toBe(200);
});

test('a registry that cannot vouch for a provider, lacks it or is away is named in the answer', async () => {
  registry.trouble = { badSignature: true };
  const forged = await ask('four/1.0.0.json');
  expect([forged.status, forged.text]).toEqual([409, expect.stringContaining('of the registry')]);
  registry.trouble = { status: 401, only: /five/ };
  const closed = await ask('five/index.json');
  expect([closed.status, closed.text]).toEqual([503, expect.stringContaining('wants credentials (401)')]);
  registry.trouble = undefined;
  const none = await ask('none/index.json');
  expect([none.status, none.text]).toEqual([404, expect.stringContaining('is not there (404)')]);
  expect((await ask('one/9.9.9.json')).status).toBe(404);
  expect((await ask('one/index.json', { host: 'elsewhere.example.com' })).status).toBe(404);
  const away = await ask('one/index.json', { host: AWAY });
  expect([away.status, away.text]).toEqual([503, expect.stringContaining('cannot be reached')]);
  // Each answer that is no success is remembered: the registry is not asked at once again.
  const requests = registry.requests.length;
  expect((await ask('none/index.json')).status).toBe(404);
  expect(registry.requests).toHaveLength(requests);
});

test('a mirror that is full fetches nothing more, and an address is for its own archive alone', async () => {
  const { url } = await archiveOf('one/1.1.0.json');
  const { platform } = server;
  const most = platform.mirrorMaxBytes;
  platform.mirrorMaxBytes = 1;
  const full = await download(url);
  platform.mirrorMaxBytes = most;
  expect([full.status, full.bytes.toString()]).toEqual([422, expect.stringContaining('RUNWRIGHT_MIRROR_GB')]);
  const [, id = ''] = /\/mirrored\/([^/]+)\//.exec(url) ?? [];
  const parts = JSON.parse(Buffer.from(id.slice('pull-'.length), 'base64url').toString()) as string[];
  const forged = Buffer.from(JSON.stringify([parts[0], `${HOST}/runwright/two`, ...parts.slice(2)]));
  expect((await download(url.replace(id, `pull-${forged.toString('base64url')}`))).status).toBe(404);
  expect((await download(url)).status).toBe(200);
});
