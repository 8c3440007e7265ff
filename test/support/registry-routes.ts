/** The registry for tests that try every route: one of everything, its addresses, and a call of each change. */
import { newSigner } from './provider/signer.ts';
import {
  addKey,
  mirror,
  createModule,
  createModuleVersion,
  createProviderVersion,
  KEYS,
  MODULE_FILES,
  modulesOf,
  packProvider,
  providersOf,
  publishModule,
  publishProvider,
  put,
  putMirrored,
  someSigner,
} from './registry-scene.ts';
import { createOrganization, uniqueName } from './scenario.ts';
import { packFiles } from '../runner/configuration-archive.ts';
import type { ApiAnswer, TestServer } from './server.ts';

export interface RegistryRoutes {
  /** Ids and names by kind. */
  ids: Record<string, string>;
  /** The address of a route of the registry, with the query that it needs. Other routes are returned as they are. */
  address(url: string, isRead: boolean): string;
  /** The paths of everything, in an order in which it can be deleted. */
  paths: string[];
}

/** @param isPublished whether everything can be downloaded, or is only announced */
export async function makeRegistryRoutes(
  server: TestServer,
  organization: string,
  { isPublished = false } = {},
): Promise<RegistryRoutes> {
  const module = uniqueName('module');
  const provider = uniqueName('provider').toLowerCase();
  const key = isPublished ? await someSigner() : await newSigner({ isQuick: true });
  const keyId = await addKey(server, organization, key);
  if (isPublished) {
    await publishModule(server, organization, { name: module });
    await publishProvider(server, organization, keyId, {
      name: provider,
      zip: packProvider(provider, '1.0.0'),
    });
  } else {
    const { path } = await createModule(server, organization, module);
    await createModuleVersion(server, path);
    await createProviderVersion(server, organization, keyId, {
      name: provider,
      zip: packProvider(provider, '1.0.0'),
    });
  }
  const mirrored = await mirror(server, organization, provider);
  const moduleAt = `${modulesOf(organization)}/private/${organization}/${module}/aws`;
  const providerAt = `${providersOf(organization)}/private/${organization}/${provider}`;
  const idOf = async (path: string): Promise<string> => (await server.call('GET', path)).body.data.id;
  return {
    ids: {
      'registry-modules': await idOf(moduleAt),
      'registry-providers': await idOf(providerAt),
      'mirrored-providers': mirrored,
      'gpg-keys': keyId,
      namespaces: organization,
    },
    address: (url, isRead) => addressIn(url, isRead, { organization, module, provider, keyId }),
    paths: [
      `/api/v2/mirrored-providers/${mirrored}`,
      `${moduleAt}/1.0.0`,
      moduleAt,
      `${providerAt}/versions/1.0.0`,
      providerAt,
      `${KEYS}/${organization}/${keyId}`,
    ],
  };
}

function addressIn(
  url: string,
  isRead: boolean,
  names: { organization: string; module: string; provider: string; keyId: string },
): string {
  if (!/registry|mirrored/.test(url)) return url;
  const isOfModules = /modules/.test(url);
  const path = url
    .replace(':registry', 'private')
    .replace(':organization', names.organization)
    .replace(':host/:namespace/:type', `registry.example.com/acme/${names.provider}`)
    .replace('/:file', '/1.0.0.json')
    .replace('/:platform', '/linux_amd64')
    .replace(':namespace', names.organization)
    .replace(':module', names.module)
    .replace(':provider', isOfModules ? 'aws' : names.provider)
    .replace(':version', '1.0.0')
    .replace(':os', 'linux')
    .replace(':arch', 'amd64')
    .replace(':key', names.keyId);
  if (isRead && url === KEYS) return `${path}?filter[namespace]=${names.organization}`;
  return isRead && url.endsWith('/:provider/version') ? `${path}?module_version=1.0.0` : path;
}

const attributes = (values: object) => ({ data: { attributes: values } });

const MIRRORED_NAME = ':host/:namespace/:type/:version/:platform';

/** A successful call of each endpoint that changes something in the registry. */
export function registryCalls(current: () => TestServer): Record<string, () => Promise<ApiAnswer>> {
  const call = async (method: string, path: string, body?: unknown) =>
    await current().call(method, path, body);
  const M = '/api/v2/organizations/:organization/registry-modules';
  const P = '/api/v2/organizations/:organization/registry-providers';
  const V = `${P}/:registry/:namespace/:provider/versions`;

  async function aModule() {
    const organization = await createOrganization(current());
    return { organization, ...(await createModule(current(), organization)) };
  }
  async function aKey() {
    const organization = await createOrganization(current());
    const key = await newSigner({ isQuick: true });
    return { organization, key, keyId: await addKey(current(), organization, key) };
  }
  async function aVersion() {
    const { organization, key, keyId } = await aKey();
    return { key, keyId, ...(await createProviderVersion(current(), organization, keyId)) };
  }
  const version = attributes({ version: '2.0.0' });
  const deleteModule = (suffix: string) => async () => {
    const { organization } = await aModule();
    return await call('POST', `/api/v2/registry-modules/actions/delete/${organization}/network${suffix}`);
  };

  return {
    [`POST ${M}`]: async () => {
      const organization = await createOrganization(current());
      return await call('POST', modulesOf(organization), attributes({ name: 'network', provider: 'aws' }));
    },
    [`DELETE ${M}/:registry/:namespace/:module`]: async () =>
      await call('DELETE', (await aModule()).path.replace(/\/aws$/, '')),
    [`DELETE ${M}/:registry/:namespace/:module/:provider`]: async () =>
      await call('DELETE', (await aModule()).path),
    'POST /api/v2/registry-modules/actions/delete/:organization/:module': deleteModule(''),
    'POST /api/v2/registry-modules/actions/delete/:organization/:module/:provider': deleteModule('/aws'),
    [`POST ${M}/:registry/:namespace/:module/:provider/versions`]: async () =>
      await call('POST', `${(await aModule()).path}/versions`, version),
    'POST /api/v2/registry-modules/:organization/:module/:provider/versions': async () =>
      await call(
        'POST',
        `/api/v2/registry-modules/${(await aModule()).organization}/network/aws/versions`,
        version,
      ),
    'PUT /api/v2/uploads/registry-module-versions/:id/:signature': async () =>
      await put(await createModuleVersion(current(), (await aModule()).path), packFiles(MODULE_FILES)),
    [`DELETE ${M}/:registry/:namespace/:module/:provider/:version`]: async () => {
      const { path } = await aModule();
      await createModuleVersion(current(), path);
      return await call('DELETE', `${path}/1.0.0`);
    },
    [`POST ${P}`]: async () =>
      await call('POST', providersOf(await createOrganization(current())), attributes({ name: 'internal' })),
    [`DELETE ${P}/:registry/:namespace/:provider`]: async () => await call('DELETE', (await aVersion()).path),
    [`POST ${V}`]: async () => {
      const { path, keyId } = await aVersion();
      return await call('POST', `${path}/versions`, attributes({ version: '2.0.0', 'key-id': keyId }));
    },
    [`DELETE ${V}/:version`]: async () => await call('DELETE', `${(await aVersion()).path}/versions/1.0.0`),
    'PUT /api/v2/uploads/registry-provider-versions/:id/shasums/:signature': async () => {
      const { uploads, sums } = await aVersion();
      return await put(uploads.shasums, sums);
    },
    'PUT /api/v2/uploads/registry-provider-versions/:id/shasums-sig/:signature': async () => {
      const { uploads, sums, key } = await aVersion();
      return await put(uploads.signature, await key.sign(sums));
    },
    [`POST ${V}/:version/platforms`]: async () => {
      const { path } = await aVersion();
      const filename = 'terraform-provider-internal_1.0.0_linux_arm64.zip';
      const fields = { os: 'linux', arch: 'arm64', shasum: '0'.repeat(64), filename };
      return await call('POST', `${path}/versions/1.0.0/platforms`, attributes(fields));
    },
    [`DELETE ${V}/:version/platforms/:os/:arch`]: async () =>
      await call('DELETE', `${(await aVersion()).path}/versions/1.0.0/platforms/linux/amd64`),
    'PUT /api/v2/uploads/registry-provider-platforms/:id/:signature': async () => {
      const { uploads, zip } = await aVersion();
      return await put(uploads.archive, zip);
    },
    [`PUT /api/v2/organizations/:organization/mirrored-providers/${MIRRORED_NAME}`]: async () =>
      await putMirrored(current(), await createOrganization(current())),
    'DELETE /api/v2/mirrored-providers/:id': async () =>
      await call(
        'DELETE',
        `/api/v2/mirrored-providers/${await mirror(current(), await createOrganization(current()), 'it')}`,
      ),
    [`POST ${KEYS}`]: async () => {
      const { publicKey } = await newSigner({ isQuick: true });
      const namespace = await createOrganization(current());
      return await call('POST', KEYS, attributes({ namespace, 'ascii-armor': publicKey }));
    },
    [`PATCH ${KEYS}/:namespace/:key`]: async () => {
      const { organization, keyId } = await aKey();
      const namespace = await createOrganization(current());
      return await call('PATCH', `${KEYS}/${organization}/${keyId}`, attributes({ namespace }));
    },
    [`DELETE ${KEYS}/:namespace/:key`]: async () => {
      const { organization, keyId } = await aKey();
      return await call('DELETE', `${KEYS}/${organization}/${keyId}`);
    },
  };
}
