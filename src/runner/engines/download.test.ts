import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, constants, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { createMessage, generateKey, readKey, readPrivateKey, sign } from 'openpgp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import { downloadTerraform } from './download.ts';
import { hostPlatform } from './host-platform.ts';
import { findEngine } from './find-engine.ts';
import { HASHICORP_RELEASE_KEY } from './hashicorp-release-key.ts';

const PLATFORM = hostPlatform();
/** Answers as terraform would. */
const SCRIPT = `#!/bin/sh\necho "Terraform v9.8.7"\necho "on ${PLATFORM}"\n`;

async function makeSigner() {
  const { privateKey, publicKey } = await generateKey({ userIDs: [{ name: 'Mirror' }], format: 'armored' });
  const signingKeys = await readPrivateKey({ armoredKey: privateKey });
  return {
    publicKey,
    sign: async (text: string) => {
      const message = await createMessage({ binary: Buffer.from(text) });
      return Buffer.from(
        (await sign({ message, signingKeys, detached: true, format: 'binary' })) as Uint8Array,
      );
    },
  };
}

describe('a mirror of releases', () => {
  let folder: string;
  let server: Server;
  let trusted: Awaited<ReturnType<typeof makeSigner>>;
  const files = new Map<string, Buffer>();
  let requests: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runwright-mirror-'));
    trusted = await makeSigner();
    await writeFile(join(folder, 'key.asc'), trusted.publicKey);
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      const body = files.get(request.url ?? '');
      response.writeHead(body ? 200 : 404).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  beforeEach(() => {
    files.clear();
    requests = [];
  });

  const settings = (name: string) => ({
    mirrorUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    trustedKeyFile: join(folder, 'key.asc'),
    cacheFolder: join(folder, name),
  });

  /** Publishes 9.8.7; `signer` and `zip` may be wrong ones. */
  async function publish(options: { signer?: typeof trusted; zip?: Buffer; signatureName?: string } = {}) {
    const zip = Buffer.from(zipSync({ 'LICENSE.txt': strToU8('x'), terraform: strToU8(SCRIPT) }));
    const root = '/terraform/9.8.7/terraform_9.8.7_';
    const sums = `${createHash('sha256').update(zip).digest('hex')}  terraform_9.8.7_${PLATFORM}.zip\n`;
    files.set(`${root}SHA256SUMS`, Buffer.from(sums));
    files.set(
      `${root}${options.signatureName ?? 'SHA256SUMS.72D7468F.sig'}`,
      await (options.signer ?? trusted).sign(sums),
    );
    files.set(`${root}${PLATFORM}.zip`, options.zip ?? zip);
    files.set('/terraform/index.json', Buffer.from('{"versions":{"9.8.7":{},"9.9.0-rc1":{},"8.0.0":{}}}'));
  }

  it('gives a verified binary once, then the cache gives it', async () => {
    await publish();
    const path = await downloadTerraform('9.8.7', settings('good'));
    expect(await readFile(path, 'utf8')).toBe(SCRIPT);
    await access(path, constants.X_OK);
    requests = [];
    expect(await downloadTerraform('9.8.7', settings('good'))).toBe(path);
    expect(requests).toEqual([]);
  });

  it('lets two download at once', async () => {
    await publish();
    const [a, b] = await Promise.all([
      downloadTerraform('9.8.7', settings('twice')),
      downloadTerraform('9.8.7', settings('twice')),
    ]);
    expect(a).toBe(b);
    expect(await readdir(join(folder, 'twice/terraform/9.8.7'))).toEqual(['terraform']);
  });

  it('is asked for the plain name of the signature as well', async () => {
    await publish({ signatureName: 'SHA256SUMS.sig' });
    await expect(downloadTerraform('9.8.7', settings('plain-name'))).resolves.toContain('9.8.7');
  });

  it('is refused when the zip is not the signed one', async () => {
    await publish({ zip: Buffer.from(zipSync({ terraform: strToU8('#!/bin/sh\necho evil\n') })) });
    await expect(downloadTerraform('9.8.7', settings('corrupt'))).rejects.toThrow(
      /has SHA-256 .*, signed is/,
    );
    await expect(readdir(join(folder, 'corrupt'))).rejects.toThrow('ENOENT');
  });

  it('is refused when another key signed the checksums, or they were changed since', async () => {
    await publish({ signer: await makeSigner() });
    await expect(downloadTerraform('9.8.7', settings('other-key'))).rejects.toThrow(
      'not signed by the trusted key',
    );
    await publish();
    const sums = files.get('/terraform/9.8.7/terraform_9.8.7_SHA256SUMS') ?? Buffer.alloc(0);
    files.set('/terraform/9.8.7/terraform_9.8.7_SHA256SUMS', Buffer.concat([sums, Buffer.from('\n')]));
    await expect(downloadTerraform('9.8.7', settings('changed'))).rejects.toThrow(
      'not signed by the trusted key',
    );
  });

  it('is trusted for HashiCorp’s releases only when HashiCorp signed them', async () => {
    await publish();
    const { trustedKeyFile: _own, ...theirs } = settings('theirs');
    await expect(downloadTerraform('9.8.7', theirs)).rejects.toThrow('not signed by the trusted key');
  });

  it('serves a constraint with the newest release that fits', async () => {
    await publish();
    const engine = await findEngine({ version: '~> 9.0', product: null }, settings('constraint'));
    expect(engine).toMatchObject({ product: 'Terraform', version: '9.8.7', platform: PLATFORM });
  });

  it('is named when it has no such version', async () => {
    await publish();
    const failure = await findEngine({ version: '9.8.6', product: null }, settings('missing')).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'StepFailure', message: 'There is no Terraform 9.8.6' });
    expect(failure).toHaveProperty('detail', expect.stringContaining('127.0.0.1'));
    await expect(findEngine({ version: '~> 7.0', product: null }, settings('missing'))).rejects.toThrow(
      'There is no Terraform ~> 7.0',
    );
  });

  it('is not asked when an engine is pinned, even one of the wrong version', async () => {
    const pinnedPath = join(folder, 'pinned');
    await writeFile(pinnedPath, SCRIPT, { mode: 0o755 });
    const pinned = { ...settings('pinned-cache'), pinnedPath };
    expect((await findEngine({ version: '9.8.7', product: null }, pinned)).path).toBe(pinnedPath);
    expect((await findEngine({ version: 'latest', product: null }, pinned)).path).toBe(pinnedPath);
    const failure = await findEngine({ version: '1.2.3', product: null }, pinned).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ message: 'Terraform 9.8.7 is not the version asked for' });
    expect(failure).toHaveProperty('detail', expect.stringContaining('asks for 1.2.3'));
    expect(requests).toEqual([]);
  });
});

it('the built-in key is HashiCorp’s', async () => {
  const key = await readKey({ armoredKey: HASHICORP_RELEASE_KEY });
  expect(key.getFingerprint()).toBe('c874011f0ab405110d02105534365d9472d7468f');
});
