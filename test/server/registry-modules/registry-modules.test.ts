import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTarGz, packFiles } from '../../runner/configuration-archive.ts';
import {
  createModule,
  createModuleVersion,
  MODULE_FILES,
  modulesOf,
  publishModule,
  put,
  sha256,
} from '../../support/registry-scene.ts';
import { createOrganization } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

const protocol = (of = organization): string => `/api/registry/v1/modules/${of}`;
const attributes = (values: object) => ({ data: { attributes: values } });

test('a published module is listed, described and downloaded with the bytes that were uploaded', async () => {
  const archive = packFiles(MODULE_FILES);
  await publishModule(server, organization);
  const list = await server.call('GET', `${modulesOf(organization)}?q=net&filter[provider]=aws`);
  expect(list.body.data.map((each) => each.attributes)).toMatchObject([
    {
      name: 'network',
      provider: 'aws',
      namespace: organization,
      'registry-name': 'private',
      status: 'setup_complete',
      'version-statuses': [{ version: '1.0.0', status: 'ok' }],
    },
  ]);
  expect((await server.call('GET', `${modulesOf(organization)}?q=other`)).body.data).toEqual([]);

  const version = await server.call(
    'GET',
    `${modulesOf(organization)}/private/${organization}/network/aws/version?module_version=1.0.0`,
  );
  expect(version.body.data.attributes).toMatchObject({ sha256: sha256(archive), status: 'ok', error: null });

  const versions = await server.call('GET', `${protocol()}/network/aws/versions`);
  expect(versions.body).toMatchObject({ modules: [{ versions: [{ version: '1.0.0' }] }] });
  const { headers } = await server.call('GET', `${protocol()}/network/aws/1.0.0/download`);
  const place = headers.get('x-terraform-get') ?? '';
  expect(place).toMatch(/^\/api\/registry\/v1\/downloads\/modules\/modver-\w+\/[^/]+\/network\.tar\.gz$/);
  const download = await fetch(server.url + place);
  expect(sha256(new Uint8Array(await download.arrayBuffer()))).toBe(sha256(archive));
  expect((await fetch(server.url + place.replace('/-', '/-a'))).status).toBe(404);

  const details = await server.call('GET', `${protocol()}/network/aws`);
  expect(details.body).toMatchObject({
    version: '1.0.0',
    sha256: sha256(archive),
    described: true,
    root: {
      readme: '# A network\n',
      inputs: [{ name: 'cidr', type: 'string', description: 'Its addresses', required: true, default: '' }],
      outputs: [{ name: 'address', description: 'What it has' }],
    },
  });
  expect((await server.call('GET', `${protocol()}/network/aws/1.0.0`)).body).toEqual(details.body);
});

test('the newest version that is no pre-release is described', async () => {
  for (const version of ['1.0.0', '1.1.0-rc.1'])
    await publishModule(server, organization, { name: 'two', version });
  const details = await server.call('GET', `${protocol()}/two/aws`);
  expect(details.body).toMatchObject({ version: '1.0.0', versions: ['1.1.0-rc.1', '1.0.0'] });
});

test('the bytes of a version never change, even after it was deleted', async () => {
  const module = await createModule(server, organization, 'fixed');
  const upload = await createModuleVersion(server, module.path);
  const archive = packFiles(MODULE_FILES);
  const other = packFiles({ 'main.tf': '# other' });
  expect((await put(upload, archive)).status).toBe(200);
  expect((await put(upload, archive)).status).toBe(200);
  const changed = await put(upload, other);
  expect([changed.status, changed.text]).toEqual([409, expect.stringContaining('never changes')]);
  const again = await server.call('POST', `${module.path}/versions`, attributes({ version: '1.0.0' }));
  expect([again.status, again.text]).toEqual([422, expect.stringContaining('publish the next one')]);

  expect((await server.call('DELETE', `${module.path}/1.0.0`)).status).toBe(204);
  expect((await server.call('GET', `${protocol()}/fixed/aws/1.0.0/download`)).status).toBe(404);
  const anew = await createModuleVersion(server, module.path);
  const refused = await put(anew, other);
  expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('was published before')]);
  expect((await put(anew, archive)).status).toBe(200);

  expect((await server.call('DELETE', module.path)).status).toBe(204);
  await createModule(server, organization, 'fixed');
  const last = await createModuleVersion(server, module.path);
  expect((await put(last, other)).status).toBe(409);
});

test.each([
  ['leaves its folder', makeTarGz([{ path: '../main.tf', text: '' }]), 'leaves the configuration'],
  ['is a zip', Buffer.from('504b0304'.padEnd(600, '0'), 'hex'), 'a zip archive'],
  ['is no HCL', packFiles({ 'main.tf': 'variable "x" {' }), 'main.tf:1,14-15: Unclosed configuration block'],
  ['is no JSON', packFiles({ 'main.tf.json': '{' }), 'main.tf.json'],
])('an archive that %s is refused, and can be replaced', async (_what, archive, words) => {
  const name = `bad-${sha256(archive).slice(0, 8)}`;
  const { path } = await createModule(server, organization, name);
  const upload = await createModuleVersion(server, path);
  const refused = await put(upload, archive);
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(words)]);
  const { body } = await server.call('GET', path);
  expect(body.data.attributes['version-statuses']).toMatchObject([
    { version: '1.0.0', status: 'reg_ingress_failed', error: expect.stringContaining(words) as string },
  ]);
  expect((await server.call('GET', `${protocol()}/${name}/aws/versions`)).body).toMatchObject({
    modules: [{ versions: [] }],
  });
  expect((await put(upload, packFiles(MODULE_FILES))).status).toBe(200);
});

test.each([
  '1',
  '1.0',
  'v1.0.0',
  '01.0.0',
  '1.0.0-',
  '1.0.0-01',
  '1.0.0+',
  '1.0.0 ',
  '../1.0.0',
  '',
  7,
  null,
])('%j is refused as a version', async (version) => {
  const name = 'versions';
  await server.call('POST', modulesOf(organization), attributes({ name, provider: 'aws' }));
  const path = `${modulesOf(organization)}/private/${organization}/${name}/aws/versions`;
  const { status, text } = await server.call('POST', path, attributes({ version }));
  expect([status, text]).toEqual([422, expect.stringContaining('semantic version')]);
});

test.each([
  [{ name: 'a b', provider: 'aws' }, 'name'],
  [{ name: '-a', provider: 'aws' }, 'name'],
  [{ name: 'ü', provider: 'aws' }, 'name'],
  [{ name: 'a'.repeat(65), provider: 'aws' }, 'name'],
  [{ name: 'a', provider: 'AWS' }, 'provider'],
  [{ name: 'a', provider: '' }, 'provider'],
  [{ name: 'a' }, 'provider'],
  [{ name: 'a', provider: 'aws', 'registry-name': 'public' }, 'registry-name'],
  [{ name: 'a', provider: 'aws', 'no-code': true }, 'no-code'],
  [{ name: 'a', provider: 'aws', namespace: 'elsewhere' }, 'namespace'],
])('a module with the values %j is refused', async (values, field) => {
  const { status, text } = await server.call('POST', modulesOf(organization), attributes(values));
  expect([status, text]).toEqual([422, expect.stringContaining(`"/data/attributes/${field}"`)]);
});

test('modules belong to their organization alone', async () => {
  const other = await createOrganization(server);
  const stranger = await server.addUser('stranger', [other]);
  await publishModule(server, organization, { name: 'ours' });
  for (const path of [
    `${protocol()}/ours/aws/versions`,
    `${protocol()}/ours/aws/1.0.0/download`,
    `${protocol()}/ours/aws`,
    modulesOf(organization),
    `${modulesOf(organization)}/private/${organization}/ours/aws`,
    `${modulesOf(other)}/private/${organization}/ours/aws`,
    `${protocol(other)}/ours/aws/versions`,
  ])
    expect([path, (await server.call('GET', path, undefined, stranger)).status]).toEqual([path, 404]);
  expect((await server.call('GET', `${protocol()}/ours/aws/versions`, undefined, null)).status).toBe(401);
  const member = await server.addUser('reader', [organization], { as: 'member' });
  expect((await server.call('GET', `${protocol()}/ours/aws/versions`, undefined, member)).status).toBe(200);
  expect((await server.call('DELETE', `${modulesOf(organization)}/private/${organization}/ours/aws`, undefined, member)).status).toBe(404); // prettier-ignore
});
