/** A registry of providers on loopback, signed like public ones. The test inspects and disturbs it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { issueCertificates } from '../../../src/cli/certificates/issue.ts';
import { hostPlatform } from '../../../src/runner/host-platform.ts';
import { newSigner } from './signer.ts';

/** Faults that last as long as they are set. */
export interface RegistryTrouble {
  /** The status of the answer to every request, or only to those that match `only`. */
  status?: number;
  hangs?: boolean;
  only?: RegExp;
  /** For archives: bytes per second, and the number of bytes after which the connection breaks. */
  bytesPerSecond?: number;
  cutAfterBytes?: number;
  /** `wrongSum`: the sums name another archive; `badSignature`: another key signs them. */
  wrongSum?: boolean;
  badSignature?: boolean;
}

export interface RegistryOptions {
  /** The token required for everything but archives, sums and signatures. */
  token?: string;
  versions?: string[];
  /** Type names of the provider; each is a provider of its own. */
  types?: string[];
  /** Incompressible bytes added to the program. */
  paddingBytes?: number;
  /** Zero bytes added to the program, so that a small archive unpacks to much. */
  emptyBytes?: number;
}

export interface ProviderRegistry {
  /** The host with its port, as in sources of providers. */
  host: string;
  /** `HOST/runwright/fixture`. */
  source: string;
  sourceOf(type: string): string;
  /** PEM of the authority that signed its certificate, for `SSL_CERT_FILE`. */
  authority: string;
  /** The paths of all requests. */
  requests: string[];
  /** The bytes of archives that were sent. */
  archiveBytes: number;
  zipBytes: number;
  trouble: RegistryTrouble | undefined;
  /** As {@link RegistryOptions.token}. */
  token: string | undefined;
  /** Publishes a version of every type. Publishing it again with another `extra` changes its bytes. */
  publish(version: string, extra?: string): void;
  close(): Promise<void>;
}

const BASE = '/v1/providers/';
const PART_BYTES = 64 * 1024;

/** @param program the provider's file (test-provider.ts) */
export async function startRegistry(
  program: string,
  options: RegistryOptions = {},
): Promise<ProviderRegistry> {
  const { authority, chain, key } = await issueCertificates(['localhost', '127.0.0.1'], 2);
  const signer = await newSigner();
  const stranger = await newSigner();
  const types = options.types ?? ['fixture'];
  /** Archives by type and version. */
  const zips = new Map<string, Buffer>();
  const versions = new Set<string>();
  const server = createServer({ cert: chain, key }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `localhost:${(server.address() as AddressInfo).port}`;

  const registry: ProviderRegistry = {
    host,
    source: `${host}/runwright/fixture`,
    sourceOf: (type) => `${host}/runwright/${type}`,
    authority,
    requests: [],
    archiveBytes: 0,
    zipBytes: 0,
    trouble: undefined,
    token: options.token,
    publish(version, extra = '') {
      versions.add(version);
      for (const type of types) {
        const files = {
          [`terraform-provider-${type}_v${version}`]: [
            Buffer.concat([readFileSync(program), Buffer.from(`\n// ${type} ${version} ${extra}\n`)]),
            { os: 3, attrs: (0o100755 << 16) >>> 0 },
          ],
          ...(options.paddingBytes ? { padding: noise(options.paddingBytes) } : {}),
          ...(options.emptyBytes ? { empty: Buffer.alloc(options.emptyBytes) } : {}),
        } as Parameters<typeof zipSync>[0];
        const zip = Buffer.from(zipSync(files, { level: options.paddingBytes ? 0 : 1 }));
        zips.set(`${type}/${version}`, zip);
        if (type === types[0]) registry.zipBytes = zip.length;
      }
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  for (const version of options.versions ?? ['1.0.0']) registry.publish(version);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    registry.requests.push(path);
    const trouble =
      registry.trouble?.only === undefined || registry.trouble.only.test(path) ? registry.trouble : undefined;
    if (trouble?.hangs) return;
    if (trouble?.status !== undefined) return void response.writeHead(trouble.status).end('there is trouble');
    const [, type = '', version = '', file = ''] = /^\/files\/([^/]+)\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const zip = zips.get(`${type}/${version}`);
    if (zip) {
      const asked = { type, version, file, trouble, isHead: request.method === 'HEAD' };
      return await sendFile(zip, asked, response);
    }
    if (registry.token !== undefined && request.headers.authorization !== `Bearer ${registry.token}`)
      return void response.writeHead(401).end();
    if (path === '/.well-known/terraform.json') return send(response, { 'providers.v1': BASE });
    const [, wanted = '', what = ''] = /^\/v1\/providers\/runwright\/([^/]+)\/(.+)$/.exec(path) ?? [];
    if (!types.includes(wanted)) return void response.writeHead(404).end();
    const [os, arch] = hostPlatform().split('_');
    if (what === 'versions') {
      const protocols = ['5.0', '6.0'];
      const all = [...versions].map((each) => ({ version: each, protocols, platforms: [{ os, arch }] }));
      return send(response, { versions: all });
    }
    const [, of = ''] = /^([^/]+)\/download\//.exec(what) ?? [];
    const found = zips.get(`${wanted}/${of}`);
    if (!found) return void response.writeHead(404).end();
    const files = `https://${host}/files/${wanted}/${of}`;
    const filename = zipName(wanted, of);
    send(response, {
      ...{ protocols: ['5.0', '6.0'], os, arch, filename },
      ...{ download_url: `${files}/${filename}`, shasums_url: `${files}/SHA256SUMS` },
      ...{ shasums_signature_url: `${files}/SHA256SUMS.sig`, shasum: sumOf(found, trouble) },
      signing_keys: { gpg_public_keys: [{ key_id: signer.id, ascii_armor: signer.publicKey }] },
    });
  }

  async function sendFile(
    zip: Buffer,
    { type, version, file, trouble, isHead }: Asked,
    response: ServerResponse,
  ): Promise<void> {
    const sums = `${sumOf(zip, trouble)}  ${zipName(type, version)}\n${'0'.repeat(64)}  terraform-provider-${type}_${version}_plan9_arm.zip\n`;
    if (file === 'SHA256SUMS') return void response.end(sums);
    if (file === 'SHA256SUMS.sig')
      return void response.end(await (trouble?.badSignature ? stranger : signer).sign(sums));
    response.writeHead(200, { 'Content-Length': zip.length });
    if (isHead) return void response.end();
    for (let sent = 0; sent < zip.length && !response.destroyed; sent += PART_BYTES) {
      const part = zip.subarray(sent, sent + PART_BYTES);
      if (trouble?.cutAfterBytes !== undefined && sent >= trouble.cutAfterBytes)
        return void response.destroy();
      registry.archiveBytes += part.length;
      await new Promise((resolve) => response.write(part, resolve));
      if (trouble?.bytesPerSecond) await sleep((part.length / trouble.bytesPerSecond) * 1000);
    }
    response.end();
  }

  return registry;
}

/** A parsed request for an archive, or for data about it. */
interface Asked {
  type: string;
  version: string;
  file: string;
  trouble: RegistryTrouble | undefined;
  isHead: boolean;
}

const zipName = (type: string, version: string) =>
  `terraform-provider-${type}_${version}_${hostPlatform()}.zip`;

const sumOf = (zip: Buffer, trouble: RegistryTrouble | undefined) =>
  trouble?.wrongSum ? 'f'.repeat(64) : createHash('sha256').update(zip).digest('hex');

function send(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Bytes that do not compress, always the same. */
function noise(bytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let index = 0, length = 0; length < bytes; index++, length += 64)
    parts.push(createHash('sha512').update(String(index)).digest());
  return Buffer.concat(parts).subarray(0, bytes);
}
