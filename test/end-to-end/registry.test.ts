/**
 * Executes the instructions of docs/registry.md and docs/offline.md: with the command line, with terraform on a laptop,
 * and in runs. The server is reached over https, with a certificate whose authority only its runner knows.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient, relatedId, type Client } from '@runwright/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hostPlatform } from '../../src/runner/host-platform.ts';
import { startHttpsFront, type HttpsFront } from '../support/https-front.ts';
import { testProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { planLog, until, upload } from '../support/real-run.ts';
import { MODULE_FILES, packProvider, sha256, someSigner } from '../support/registry-scene.ts';
import { ADMIN_TOKEN, startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const root = path.resolve(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(root, 'docs', 'registry.md'), 'utf8');
const offline = readFileSync(path.join(root, 'docs', 'offline.md'), 'utf8');
const blocks = (language: string, text = page): string[] =>
  [...text.matchAll(/```(\w+)\n([\s\S]*?)```/g)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  );

const MIRRORED = 'registry.example.com/acme/fixture';
const OTHER_PLATFORM = 'darwin_arm64';
const describeMirrored = () => `
  terraform {
    required_providers {
      fixture = { source = "${MIRRORED}" }
    }
  }
  resource "fixture_thing" "it" { name = "two" }`;

needs('terraform', 'provider')('the registry of an organization', () => {
  let front: HttpsFront;
  let server: ServerProcess;
  let client: Client;
  let folder: string;
  let host: string;
  beforeAll(async () => {
    front = await startHttpsFront();
    host = new URL(front.url).host;
    folder = mkdtempSync(path.join(tmpdir(), 'runwright-registry-'));
    const authority = path.join(folder, 'ca.pem');
    writeFileSync(authority, front.authority);
    server = await startServerProcess({
      RUNWRIGHT_URL: front.url,
      NODE_EXTRA_CA_CERTS: authority,
      RUNWRIGHT_RUN_REGISTRIES: 'mirror',
    });
    front.target = server.url;
    client = createClient({
      address: server.url,
      token: ADMIN_TOKEN,
      // This process does not trust the new authority, so it calls the server directly.
      fetch: async (input, init) => await fetch(String(input).replace(front.url, server.url), init),
    });
    await client.organizations.create({ name: 'acme', email: 'someone@example.com' });
    for (const name of ['network', 'dist', 'bin', 'providers']) mkdirSync(path.join(folder, name));
    symlinkSync(path.join(root, 'bin', 'runwright'), path.join(folder, 'bin', 'runwright'));
    for (const [name, text] of Object.entries(MODULE_FILES))
      writeFileSync(path.join(folder, 'network', name), text);
    await buildProvider();
    const credentials = `credentials "${host}" {\n  token = "${ADMIN_TOKEN}"\n}\n`;
    writeFileSync(path.join(folder, '.terraformrc'), credentials);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.remove();
    await front.close();
  });

  /** Makes the files that goreleaser leaves in `dist`. */
  async function buildProvider(): Promise<void> {
    const { file } = await testProvider();
    const prefix = path.join(folder, 'dist', 'terraform-provider-internal_1.0.0_');
    const archive = packProvider('internal', '1.0.0', readFileSync(file));
    const name = `${hostPlatform()}.zip`;
    writeFileSync(prefix + name, archive);
    const sums = `${sha256(archive)}  ${path.basename(prefix)}${name}\n`;
    const { publicKey, sign } = await someSigner();
    writeFileSync(`${prefix}SHA256SUMS`, sums);
    writeFileSync(`${prefix}SHA256SUMS.sig`, await sign(sums));
    writeFileSync(path.join(folder, 'key.asc'), publicKey);
    // The files that `terraform providers mirror` leaves.
    const mirrored = path.join(folder, 'providers', MIRRORED);
    mkdirSync(mirrored, { recursive: true });
    for (const [platform, text] of [
      [hostPlatform(), readFileSync(file)],
      [OTHER_PLATFORM, Buffer.from('#!/bin/sh\n')],
    ] as const) {
      const zip = `terraform-provider-fixture_1.2.0_${platform}.zip`;
      writeFileSync(path.join(mirrored, zip), packProvider('fixture', '1.2.0', text));
    }
  }

  async function run(text: string): Promise<string> {
    return await new Promise((resolve, reject) => {
      const env = {
        PATH: `${path.join(folder, 'bin')}:${process.env['PATH']}`,
        HOME: folder,
        RUNWRIGHT_URL: front.url,
        RUNWRIGHT_TOKEN: ADMIN_TOKEN,
        CHECKPOINT_DISABLE: '1',
        SSL_CERT_FILE: path.join(folder, 'ca.pem'),
        NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem'),
      };
      execFile('sh', ['-ec', text], { cwd: folder, env, timeout: 60_000 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${text} failed:\n${stdout}${stderr}`));
      });
    });
  }

  /** Uses terraform alone, as the page describes, and completes its lock file for another platform. */
  async function useOnLaptop(): Promise<void> {
    mkdirSync(path.join(folder, 'laptop'));
    const [mirror = ''] = blocks('text', offline);
    const use = (token: string): void =>
      writeFileSync(
        path.join(folder, 'laptop', 'terraformrc'),
        mirror.replaceAll('runs.example.com', host).replace('…', token),
      );
    writeFileSync(path.join(folder, 'laptop', 'main.tf'), describeMirrored());
    const terraform = (args: string) =>
      run(`cd laptop; TF_CLI_CONFIG_FILE=terraformrc terraform ${args} -no-color`);
    use('not-a-token');
    await expect(terraform('init')).rejects.toThrow(/rejected the given\s+authentication credentials/);
    use(ADMIN_TOKEN);
    // The server treats an address that has expired as one that it has not signed: it says nothing of either.
    front.change = (url) => url.replace(/(\/mirrored\/[^/]+\/)[^/]+/, '$1expired');
    await expect(terraform('init')).rejects.toThrow(
      /Failed to install provider[\s\S]*bad response code: 404/,
    );
    front.change = (url) => url;
    expect(await terraform('init')).toContain(`Installed ${MIRRORED} v1.2.0 (verified checksum)`);
    const url = /url = "([^"]+)"/.exec(readFileSync(path.join(folder, 'laptop', 'terraformrc'), 'utf8'))?.[1];
    await terraform(
      `providers lock -net-mirror=${url ?? ''} -platform=${hostPlatform()} -platform=${OTHER_PLATFORM}`,
    );
    const lock = readFileSync(path.join(folder, 'laptop', '.terraform.lock.hcl'), 'utf8');
    expect(lock.match(/"h1:/g)).toHaveLength(2);
    await terraform('init -lockfile=readonly');
  }

  test('the commands of the page publish, use and delete a module and a provider', async () => {
    const [publishModule = '', publishProvider = '', init = '', remove = '', ...others] = blocks('sh');
    expect(others).toEqual([]);
    expect(await run(publishModule)).toMatch(
      /network\/aws 1\.0\.0 is published[\s\S]*module {4}acme\/network\/aws {2}1\.0\.0[\s\S]*input {3}cidr \(string, required\) {2}Its addresses/,
    );
    const published = await run(publishProvider);
    expect(published).toContain(`acme/internal 1.0.0 is published for ${hostPlatform()}`);
    // Repeating the commands changes nothing.
    expect(await run(`${publishModule}\n${publishProvider}`)).toContain(published);

    const [configuration = ''] = blocks('hcl').map((text) => text.replaceAll('runs.example.com', host));
    const main = configuration.replace(/\n\}\n$/, '\n  cidr    = "10.0.0.0/16"\n}\n');
    const more = `
      output "address" { value = module.network.address }
      resource "fixture_thing" "it" {
        provider = internal
        name     = "one"
      }
      provider "internal" {}
      module "mirrored" { source = "./mirrored" }`;
    writeFileSync(path.join(folder, 'main.tf'), main);
    expect(await run(init)).toMatch(/Installed .*acme\/internal v1\.0\.0 \(self-signed/);

    const [mirror = ''] = blocks('sh', offline);
    const kept = await run(mirror.replace(/^terraform .*\n/, ''));
    expect(kept).toContain(`${MIRRORED} 1.2.0 ${hostPlatform()}`);

    await useOnLaptop();
    front.requests.length = 0;

    const { id: workspaceId } = await client.workspaces.create('acme', { name: 'uses-both' });
    await upload(client, workspaceId, {
      // Of an exact version the second run finds what the first one fetched.
      'main.tf': main.replace('~> 1.0', '1.0.0') + more,
      'mirrored/main.tf': describeMirrored(),
    });
    const sources: unknown[] = [];
    for (let count = 0; count < 2; count += 1) {
      const { id } = await client.runs.create({
        workspace_id: workspaceId,
        params: { plan_only: true },
      });
      const planned = await until(client, id, 'final');
      const log = await planLog(client, planned);
      expect([planned.attributes.status, log]).toEqual(['planned_and_finished', expect.anything()]);
      const plan = await client.plans.read(relatedId(planned, 'plan') ?? '');
      const { providers = [], modules } = plan.attributes as {
        providers?: { address: string }[];
        modules?: unknown;
      };
      sources.push({ providers: providers.toSorted((a, b) => (a.address < b.address ? -1 : 1)), modules });
    }
    const uses = {
      address: `${host}/acme/internal`,
      version: '1.0.0',
      proof: expect.stringContaining('self-signed') as string,
    };
    const mirrors = { address: MIRRORED, version: '1.2.0', proof: 'verified checksum' };
    const modules = [{ source: `${host}/acme/network/aws`, version: '1.0.0' }];
    expect(sources).toMatchObject([
      {
        providers: [
          { ...uses, source: 'registry' },
          { ...mirrors, source: 'registry' },
        ],
        modules,
      },
      {
        providers: [
          { ...uses, source: 'store' },
          { ...mirrors, source: 'registry' },
        ],
        modules,
      },
    ]);
    expect(front.requests.filter((each) => each.endsWith('network/aws/1.0.0/download'))).toHaveLength(1);
    expect(front.requests.filter((each) => each.startsWith('GET') && each.includes(MIRRORED))).toHaveLength(
      4,
    );

    expect(await run(remove)).toContain('acme/network/aws 1.0.0 is deleted');
    rmSync(path.join(folder, '.terraform'), { recursive: true });
    await expect(run(init)).rejects.toThrow(
      /no available versions|Module version requirements|has no version/i,
    );
  });
});
