/** Modules and providers published as people do, for tests of the registry and of all routes. */
import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import { packFiles } from '../runner/configuration-archive.ts';
import { newSigner, type Signer } from './provider/signer.ts';
import type { ApiAnswer, CallableServer } from './server.ts';

export const MODULE_FILES = {
  'README.md': '# A network\n',
  'main.tf': 'variable "cidr" {\n  type        = string\n  description = "Its addresses"\n}\n',
  'outputs.tf': 'output "address" {\n  value       = var.cidr\n  description = "What it has"\n}\n',
};

export const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** One key for all tests of a file, since making one takes a second. */
let signer: Promise<Signer> | undefined;
export const someSigner = async (): Promise<Signer> => await (signer ??= newSigner());

export async function put(address: string, body: Uint8Array | string): Promise<ApiAnswer> {
  const response = await fetch(address, { method: 'PUT', body: Buffer.from(body) });
  const text = await response.text();
  const parsed = text === '' ? {} : (JSON.parse(text) as ApiAnswer['body']);
  return { status: response.status, headers: response.headers, body: parsed as ApiAnswer['body'], text };
}

export const modulesOf = (organization: string): string =>
  `/api/v2/organizations/${organization}/registry-modules`;
export const providersOf = (organization: string): string =>
  `/api/v2/organizations/${organization}/registry-providers`;
export const KEYS = '/api/registry/private/v2/gpg-keys';

const attributes = (values: object) => ({ data: { attributes: values } });

async function made(
  server: CallableServer,
  path: string,
  values: object,
): Promise<ApiAnswer['body']['data']> {
  const answer = await server.call('POST', path, attributes(values));
  if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
  return answer.body.data;
}

export async function createModule(
  server: CallableServer,
  organization: string,
  name = 'network',
): Promise<{ id: string; path: string }> {
  const { id } = await made(server, modulesOf(organization), { name, provider: 'aws' });
  return { id, path: `${modulesOf(organization)}/private/${organization}/${name}/aws` };
}

/** @returns the address to upload to */
export async function createModuleVersion(
  server: CallableServer,
  path: string,
  version = '1.0.0',
): Promise<string> {
  const { links } = await made(server, `${path}/versions`, { version });
  return links?.['upload'] ?? '';
}

export async function publishModule(
  server: CallableServer,
  organization: string,
  { name = 'network', version = '1.0.0', files = MODULE_FILES as Record<string, string> } = {},
): Promise<void> {
  const path = `${modulesOf(organization)}/private/${organization}/${name}/aws`;
  if ((await server.call('GET', path)).status === 404) await createModule(server, organization, name);
  const answer = await put(await createModuleVersion(server, path, version), packFiles(files));
  if (answer.status !== 200) throw new Error(`the upload was answered ${answer.status}: ${answer.text}`);
}

export async function addKey(server: CallableServer, organization: string, key?: Signer): Promise<string> {
  const { id, publicKey } = key ?? (await someSigner());
  await made(server, KEYS, { namespace: organization, 'ascii-armor': publicKey });
  return id;
}

/** The archive of a provider with this program, as `zip` packs it, with its executable bit. */
export function packProvider(
  name: string,
  version: string,
  program: string | Uint8Array = '#!/bin/sh\n',
  mode = 0o100755,
): Buffer<ArrayBuffer> {
  const options = { os: 3 as const, attrs: (mode << 16) >>> 0 };
  return Buffer.from(
    zipSync({ [`terraform-provider-${name}_v${version}`]: [Buffer.from(program), options] }),
  );
}

export interface ProviderScene {
  path: string;
  version: string;
  name: string;
  zip: Buffer<ArrayBuffer>;
  filename: string;
  sums: string;
  /** The addresses for uploading the parts. */
  uploads: { shasums: string; signature: string; archive: string };
}

/** A version of a provider for linux_amd64, with everything announced and nothing uploaded. */
export async function createProviderVersion(
  server: CallableServer,
  organization: string,
  keyId: string,
  { name = 'internal', version = '1.0.0', zip = packProvider(name, version), platform = 'linux_amd64' } = {},
): Promise<ProviderScene> {
  const path = `${providersOf(organization)}/private/${organization}/${name}`;
  if ((await server.call('GET', path)).status === 404)
    await made(server, providersOf(organization), {
      name,
      namespace: organization,
      'registry-name': 'private',
    });
  const { links } = await made(server, `${path}/versions`, {
    version,
    'key-id': keyId,
    protocols: ['6.0'],
  });
  const filename = `terraform-provider-${name}_${version}_${platform}.zip`;
  const sums = `${sha256(zip)}  ${filename}\n`;
  const [os, arch] = platform.split('_');
  const shasum = sha256(zip);
  const made2 = await made(server, `${path}/versions/${version}/platforms`, { os, arch, shasum, filename });
  const uploads = {
    shasums: links?.['shasums-upload'] ?? '',
    signature: links?.['shasums-sig-upload'] ?? '',
    archive: made2.links?.['provider-binary-upload'] ?? '',
  };
  return { path, version, name, zip, filename, sums, uploads };
}

export async function publishProvider(
  server: CallableServer,
  organization: string,
  keyId: string,
  options: Parameters<typeof createProviderVersion>[3] = {},
): Promise<ProviderScene> {
  const scene = await createProviderVersion(server, organization, keyId, options);
  const { uploads, sums, zip } = scene;
  const signature = await (await someSigner()).sign(sums);
  for (const answer of [
    await put(uploads.shasums, sums),
    await put(uploads.signature, signature),
    await put(uploads.archive, zip),
  ])
    if (answer.status !== 200) throw new Error(`an upload was answered ${answer.status}: ${answer.text}`);
  return scene;
}

/** Uploads the archive of a provider from another registry. */
export async function putMirrored(
  server: CallableServer,
  organization: string,
  {
    name = 'registry.example.com/acme/it/1.0.0/linux_amd64',
    zip = undefined as Uint8Array | undefined,
    query = '',
  } = {},
): Promise<ApiAnswer> {
  const [, , type = '', version = ''] = name.split('/');
  const body = zip ?? packProvider(type, version);
  const path = `/api/v2/organizations/${organization}/mirrored-providers/${name}${query}`;
  return await server.call('PUT', path, Buffer.from(body));
}

/** @returns the id of version 1.0.0 for linux_amd64 */
export async function mirror(server: CallableServer, organization: string, type: string): Promise<string> {
  const name = `registry.example.com/acme/${type}/1.0.0/linux_amd64`;
  const answer = await putMirrored(server, organization, { name });
  if (answer.status !== 200) throw new Error(`the upload was answered ${answer.status}: ${answer.text}`);
  return answer.body.data.id;
}
