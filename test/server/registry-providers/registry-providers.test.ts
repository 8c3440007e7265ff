import { randomBytes } from 'node:crypto';
import { zipSync } from 'fflate';
import { generateKey } from 'openpgp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newSigner } from '../../support/provider/signer.ts';
import {
  addKey,
  createProviderVersion,
  KEYS,
  packProvider,
  providersOf,
  publishProvider,
  put,
  putMirrored,
  sha256,
  someSigner,
} from '../../support/registry-scene.ts';
import { createOrganization } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { packZip64 } from '../../support/zip64.ts';

let server: TestServer;
let organization: string;
let keyId: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
  keyId = await addKey(server, organization);
});
afterAll(async () => await server.close());

const protocol = (): string => `/api/registry/v1/providers/${organization}`;
const attributes = (values: object) => ({ data: { attributes: values } });
const served = async (name: string): Promise<unknown> =>
  (await server.call('GET', `${protocol()}/${name}/versions`)).body;

test('a published provider is listed, and downloaded with sums, signature and key', async () => {
  const { zip, sums, filename, path } = await publishProvider(server, organization, keyId);
  expect(await served('internal')).toEqual({
    versions: [{ version: '1.0.0', protocols: ['6.0'], platforms: [{ os: 'linux', arch: 'amd64' }] }],
  });
  const { body } = await server.call('GET', `${protocol()}/internal/1.0.0/download/linux/amd64`);
  const document = body as unknown as Record<string, string>;
  expect(document).toMatchObject({
    filename,
    shasum: sha256(zip),
    signing_keys: { gpg_public_keys: [{ key_id: keyId }] },
  });
  const download = async (name: string): Promise<Buffer> => {
    const response = await fetch(server.url + document[name]);
    return Buffer.from(await response.arrayBuffer());
  };
  expect(await download('download_url')).toEqual(zip);
  expect((await download('shasums_url')).toString()).toBe(sums);
  expect((await download('shasums_signature_url')).length).toBeGreaterThan(200);
  const version = await server.call('GET', `${path}/versions/1.0.0`);
  expect(version.body.data.attributes).toMatchObject({ signed: true, 'key-id': keyId });
  expect(Object.keys(version.body.data.links ?? {})).toEqual(['shasums-download', 'shasums-sig-download']);
  const list = await server.call(
    'GET',
    `${providersOf(organization)}?q=intern&include=registry-provider-versions`,
  );
  expect(list.body.included?.map(({ id }) => id)).toEqual([version.body.data.id]);
  expect(list.body.data.map((each) => each.attributes['name'])).toEqual(['internal']);
});

test('an unsigned version is never served, in whichever order its parts arrive', async () => {
  const { uploads, sums, zip, name } = await createProviderVersion(server, organization, keyId, {
    name: 'unsigned',
  });
  const stranger = await newSigner();
  expect((await put(uploads.archive, zip)).status).toBe(200);
  expect((await put(uploads.signature, await stranger.sign(sums))).status).toBe(200);
  expect(await served(name)).toEqual({ versions: [] });
  const forged = await put(uploads.shasums, sums);
  expect([forged.status, forged.text]).toEqual([
    422,
    expect.stringContaining(`not signed by the key ${keyId}`),
  ]);
  expect(await served(name)).toEqual({ versions: [] });
  expect((await server.call('GET', `${protocol()}/${name}/1.0.0/download/linux/amd64`)).status).toBe(404);

  const signature = await (await someSigner()).sign(sums);
  expect((await put(uploads.signature, signature)).status).toBe(200);
  const others = sums.replace(/^./, (digit) => (digit === 'f' ? '0' : 'f'));
  expect((await put(uploads.shasums, others)).status).toBe(422);
  expect((await put(uploads.shasums, sums)).status).toBe(200);
  expect(await served(name)).toMatchObject({ versions: [{ version: '1.0.0' }] });

  const other = await put(uploads.shasums, `${sums}${'0'.repeat(64)}  other.zip\n`);
  expect([other.status, other.text]).toEqual([409, expect.stringContaining('never changes')]);
  expect((await put(uploads.shasums, sums)).status).toBe(200);
});

test('a deleted version is never published with other bytes', async () => {
  const { path, version } = await publishProvider(server, organization, keyId, { name: 'fixed' });
  expect((await server.call('DELETE', `${path}/versions/${version}`)).status).toBe(204);
  const other = packProvider('fixed', version, '#!/bin/sh\n# other\n');
  const again = await createProviderVersion(server, organization, keyId, { name: 'fixed', zip: other });
  const refused = await put(again.uploads.archive, other);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('was published before')]);
});

const elf = (machine: number): Buffer => {
  const start = Buffer.alloc(64);
  start.write('\x7fELF', 'latin1');
  start.writeUInt16LE(machine, 18);
  return start;
};
const zipped = (files: Record<string, string>): Buffer<ArrayBuffer> =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          name,
          [Buffer.from(text), { os: 3, attrs: (0o100755 << 16) >>> 0 }],
        ]),
      ),
    ),
  );
const PROGRAM = 'terraform-provider-it_v1.0.0';

test.each([
  ['is no zip', Buffer.from('no zip'), 'it is no zip archive'],
  ['is empty', zipped({}), 'it is empty'],
  ['has another program', zipped({ 'terraform-provider-other': '#!' }), 'the program of another provider'],
  ['has no program', zipped({ README: 'x' }), 'there is no terraform-provider-it'],
  [
    'has two programs',
    zipped({ [PROGRAM]: '#!', 'terraform-provider-it_v2.0.0': '#!' }),
    'there are 2 programs',
  ],
  ['leads out', zipped({ [PROGRAM]: '#!', '../x': '' }), '../x'],
  ['has twins', zipped({ [PROGRAM]: '#!', LICENSE: '', license: '' }), 'is there twice'],
  ['cannot be executed', packProvider('it', '1.0.0', '#!', 0o100644), 'cannot be executed'],
  ['has a link', packProvider('it', '1.0.0', '/bin/sh', 0o120777), 'is no plain file'],
  ['is of another machine', packProvider('it', '1.0.0', elf(183)), 'another machine (arm64) than amd64'],
  ['is no program', packProvider('it', '1.0.0', 'MZ'), 'is no program of linux'],
  ['unpacks to 9 GB', packZip64(PROGRAM, '#!', 9 * 1024 ** 3), 'more than 8589934592 bytes'],
])('an archive that %s is refused', async (_what, zip, words) => {
  const name = 'it';
  const path = `${providersOf(organization)}/private/${organization}/${name}`;
  await server.call('DELETE', path);
  const { uploads } = await createProviderVersion(server, organization, keyId, { name, zip });
  const refused = await put(uploads.archive, zip);
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(words)]);
});

test('an archive that is not the announced one is refused, and the announced one is accepted', async () => {
  const zip = packProvider('own', '1.0.0', elf(62));
  const { uploads } = await createProviderVersion(server, organization, keyId, { name: 'own', zip });
  const refused = await put(uploads.archive, packProvider('own', '1.0.0'));
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('was announced')]);
  expect((await put(uploads.archive, zip)).status).toBe(200);
});

test.each([
  ['shasums', '', 'empty'],
  ['shasums', 'no sums\n', 'SHA256SUMS must have lines'],
  ['shasums', `${'0'.repeat(64)}  other.zip\n`, 'does not name terraform-provider-bad'],
  ['shasums', `${'a'.repeat(64)}  a\0b.zip\n`, 'SHA256SUMS must have lines'],
  ['signature', '-----BEGIN PGP SIGNATURE-----', 'ASCII armor'],
] as const)('%s with the text %j are refused', async (part, text, words) => {
  const path = `${providersOf(organization)}/private/${organization}/bad`;
  await server.call('DELETE', path);
  const { uploads } = await createProviderVersion(server, organization, keyId, { name: 'bad' });
  const refused = await put(uploads[part], text);
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(words)]);
});

test('keys are read, moved and deleted, but not deleted while a version is signed with them', async () => {
  const own = await createOrganization(server);
  const { publicKey } = await someSigner();
  const key = attributes({ namespace: own, 'ascii-armor': publicKey });
  expect((await server.call('POST', KEYS, key)).status).toBe(201);
  const twice = await server.call('POST', KEYS, key);
  expect([twice.status, twice.text]).toEqual([422, expect.stringContaining(`has the key ${keyId} already`)]);
  const list = await server.call('GET', `${KEYS}?filter[namespace]=${own},${organization}`);
  expect(list.body.data.map(({ attributes: { namespace } }) => namespace)).toEqual([own, organization]);
  expect((await server.call('GET', KEYS)).status).toBe(400);

  await createProviderVersion(server, own, keyId);
  const used = await server.call('DELETE', `${KEYS}/${own}/${keyId}`);
  expect([used.status, used.text]).toEqual([
    422,
    expect.stringContaining('Version 1.0.0 of the provider internal'),
  ]);
  await server.call('DELETE', `${providersOf(own)}/private/${own}/internal`);
  const next = await createOrganization(server);
  const moved = await server.call('PATCH', `${KEYS}/${own}/${keyId}`, attributes({ namespace: next }));
  expect([moved.status, moved.body.data.attributes['namespace']]).toEqual([200, next]);
  expect((await server.call('GET', `${KEYS}/${own}/${keyId}`)).status).toBe(404);
  expect((await server.call('DELETE', `${KEYS}/${next}/${keyId.toLowerCase()}`)).status).toBe(204);
});

test('an organization with signed versions can be deleted', async () => {
  const own = await createOrganization(server);
  await publishProvider(server, own, await addKey(server, own));
  expect((await server.call('DELETE', `/api/v2/organizations/${own}`)).status).toBe(204);
});

test('an invalid public key is refused', async () => {
  const { privateKey } = await generateKey({ userIDs: [{ name: 'x' }], format: 'armored' });
  for (const [armor, words] of [
    [privateKey, 'private key'],
    ['-----BEGIN PGP PUBLIC KEY BLOCK-----', 'cannot be read'],
    ['hello', 'cannot be read'],
    [`${(await someSigner()).publicKey}\u0000`, 'NUL'],
  ] as const) {
    const { status, text } = await server.call(
      'POST',
      KEYS,
      attributes({ namespace: organization, 'ascii-armor': armor }),
    );
    expect([status, text]).toEqual([422, expect.stringContaining(words)]);
  }
});

test.each([
  ['versions', { version: '1', 'key-id': '0'.repeat(16) }, 'semantic version'],
  ['versions', { version: '2.0.0', 'key-id': 'mine' }, '16 hexadecimal digits'],
  ['versions', { version: '2.0.0', 'key-id': '0'.repeat(16) }, 'There is no key 0000000000000000'],
  ['versions', { version: '2.0.0', 'key-id': '0'.repeat(16), protocols: ['4.0'] }, 'must be like'],
  [
    'versions/1.0.0/platforms',
    { os: 'Linux', arch: 'arm64', shasum: '0'.repeat(64), filename: 'x' },
    'small letters',
  ],
  ['versions/1.0.0/platforms', { os: 'linux', arch: 'arm64', shasum: '0', filename: 'x' }, '64 hexadecimal'],
  [
    'versions/1.0.0/platforms',
    { os: 'linux', arch: 'arm64', shasum: '0'.repeat(64), filename: 'x' },
    'filename: must be terraform-provider-fields_1.0.0_linux_arm64.zip',
  ],
])('%s with the values %j are refused', async (path, values, words) => {
  const scene = `${providersOf(organization)}/private/${organization}/fields`;
  if ((await server.call('GET', scene)).status === 404)
    await publishProvider(server, organization, keyId, { name: 'fields' });
  const { status, text } = await server.call('POST', `${scene}/${path}`, attributes(values));
  expect([status, text]).toEqual([422, expect.stringContaining(words)]);
});

const mirrorOf = (path: string): string =>
  `/api/registry/v1/mirrors/${organization}/registry.example.com/acme/${path}`;

test('a mirrored provider is served with the network mirror protocol, and downloaded without a token', async () => {
  const zip = packProvider('mirrored', '1.0.0');
  const name = (version: string, platform = 'linux_amd64') =>
    `registry.example.com/acme/mirrored/${version}/${platform}`;
  const made = await putMirrored(server, organization, { name: name('1.0.0'), zip });
  const zh = `zh:${sha256(zip)}`;
  expect([made.status, made.body.data.attributes]).toMatchObject([
    200,
    { address: 'registry.example.com/acme/mirrored', version: '1.0.0', hashes: [expect.anything(), zh] },
  ]);
  const again = await putMirrored(server, organization, { name: name('1.0.0'), zip, query: `?hashes=${zh}` });
  expect([again.status, again.body.data.id]).toEqual([200, made.body.data.id]);
  for (const [version, platform] of [
    ['1.0.0', 'darwin_arm64'],
    ['1.1.0-beta.1+build.5', 'linux_amd64'],
  ] as const)
    expect((await putMirrored(server, organization, { name: name(version, platform) })).status).toBe(200);

  expect((await server.call('GET', mirrorOf('mirrored/index.json'))).body).toEqual({
    versions: { '1.0.0': {}, '1.1.0-beta.1+build.5': {} },
  });
  const { body, headers } = await server.call('GET', mirrorOf('mirrored/1.0.0.json'));
  const { archives } = body as unknown as { archives: Record<string, { url: string; hashes: string[] }> };
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(Object.keys(archives)).toEqual(['darwin_arm64', 'linux_amd64']);
  const { url = '', hashes = [] } = archives['linux_amd64'] ?? {};
  expect(hashes).toEqual(made.body.data.attributes['hashes']);
  const download = await fetch(server.url + url);
  expect(Buffer.from(await download.arrayBuffer())).toEqual(zip);
  const rest = await fetch(server.url + url, { headers: { range: 'bytes=10-' } });
  expect([rest.status, rest.headers.get('content-range')]).toEqual([
    206,
    `bytes 10-${zip.length - 1}/${zip.length}`,
  ]);
  expect(Buffer.from(await rest.arrayBuffer())).toEqual(zip.subarray(10));
  expect((await fetch(server.url + url.replace(/\/mirrored\/([^/]+)\/-\w/, '/mirrored/$1/-0'))).status).toBe(
    404,
  );
  const others = await createOrganization(server);
  for (const path of ['mirrored/2.0.0.json', 'none/index.json', 'mirrored/index'])
    expect((await server.call('GET', mirrorOf(path))).status).toBe(404);
  const elsewhere = mirrorOf('mirrored/index.json').replace(organization, others);
  expect((await server.call('GET', elsewhere)).status).toBe(404);

  const listed = await server.call(
    'GET',
    `/api/v2/organizations/${organization}/mirrored-providers?q=mirrored`,
  );
  expect(listed.body.meta?.pagination['total-count']).toBe(3);
  const other = packProvider('mirrored', '1.0.0', '#!/bin/sh\n# other\n');
  const changed = await putMirrored(server, organization, { name: name('1.0.0'), zip: other });
  expect([changed.status, changed.text]).toEqual([409, expect.stringContaining('is there with other bytes')]);
  expect((await server.call('DELETE', `/api/v2/mirrored-providers/${made.body.data.id}`)).status).toBe(204);
  expect((await fetch(server.url + url)).status).toBe(404);
  expect((await putMirrored(server, organization, { name: name('1.0.0'), zip: other })).status).toBe(200);
});

const MIRRORED = 'registry.example.com/acme/it/1.0.0/linux_amd64';
const damaged = packProvider('it', '1.0.0', Buffer.concat([Buffer.from('#!'), randomBytes(4_000)]));
damaged[2_000] = (damaged[2_000] ?? 0) ^ 0xff;

test.each([
  [MIRRORED, Buffer.from('no zip'), '', 'it is no zip archive'],
  [MIRRORED, zipped({}), '', 'it is empty'],
  [MIRRORED, zipped({ [PROGRAM]: '#!', '../x': '' }), '', '../x'],
  [MIRRORED, packProvider('it', '1.0.0', '/bin/sh', 0o120777), '', 'is no plain file'],
  [MIRRORED, packProvider('it', '1.0.0', elf(183)), '', 'another machine (arm64) than amd64'],
  [MIRRORED, packProvider('other', '1.0.0'), '', 'the program of another provider'],
  [MIRRORED, damaged, '', 'it is damaged'],
  [MIRRORED, packZip64(PROGRAM, '#!', 9 * 1024 ** 3), '', 'more than 8589934592 bytes'],
  [MIRRORED, packZip64(PROGRAM, '#!', 5 * 1024 ** 3), '', 'it is damaged'],
  [MIRRORED, undefined, `?hashes=zh:${'0'.repeat(64)}`, 'was announced'],
  [MIRRORED, undefined, `?hashes=${encodeURIComponent(`h1:${'A'.repeat(43)}=`)}`, 'was announced'],
  ['registry.example.com:8443/acme/it/1.0.0/linux_amd64', undefined, '', 'has a port'],
  ['Registry.example.com/acme/it/1.0.0/linux_amd64', undefined, '', 'small letters'],
  [`b%C3%BCcher.example/acme/it/1.0.0/linux_amd64`, undefined, '', 'xn--bcher-kva.example'],
  ['registry.example.com/-/it/1.0.0/linux_amd64', undefined, '', 'terraform 0.12'],
  ['terraform.io/builtin/terraform/1.0.0/linux_amd64', undefined, '', 'built into terraform'],
  [`registry.example.com/acme/${'a'.repeat(100)}_/1.0.0/linux_amd64`, undefined, '', 'no part of an address'],
  ['registry.example.com/..%2F..%2Fx/it/1.0.0/linux_amd64', undefined, '', 'no part of an address'],
  ['registry.example.com/acme/it/v1.0.0/linux_amd64', undefined, '', 'without \\"v\\"'],
  ['registry.example.com/acme/it/1.0/linux_amd64', undefined, '', 'semantic version'],
  ['registry.example.com/acme/it/1.0.0/linux', undefined, '', 'must be like'],
])('what cannot be mirrored is refused and does not appear: %s %#', async (name, zip, query, words) => {
  const { status, text } = await putMirrored(server, organization, {
    name,
    zip: zip ?? packProvider('it', '1.0.0'),
    query,
  });
  expect([status, text]).toEqual([422, expect.stringContaining(words)]);
  expect((await server.call('GET', mirrorOf('it/index.json'))).status).toBe(404);
});
