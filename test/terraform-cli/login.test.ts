import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@runwright/client';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock } from './configurations.ts';
import { makeFolder, type Conversation, type Folder } from './folder.ts';
import { ADMIN_TOKEN, startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const RESOURCE = 'resource "terraform_data" "it" {}\n';

/** Does what a person does in the browser: opens the address, pastes a token, and is sent back to terraform. */
async function signInAt(address: string): Promise<number> {
  const page = await fetch(address);
  const text = await page.text();
  const hidden = [...text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  const form = new URLSearchParams(Object.fromEntries(hidden.map(([, name, value]) => [name, value])));
  form.set('token', ADMIN_TOKEN);
  const answer = await fetch(new URL('/oauth/authorize', address), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const back = await fetch(answer.headers.get('location') ?? '');
  return back.status;
}

const addressIn = (output: string): string =>
  /^\s+(https?:\/\/\S+\/oauth\/authorize\S+)/m.exec(output)?.[1] ?? '';

needs('terraform')('signing in', () => {
  let server: CliServer;
  let folder: Folder;
  beforeAll(async () => {
    server = await startCliServer();
    const files = { 'cloud.tf': cloudBlock(server.hostname, 'name = "network"'), 'main.tf': RESOURCE };
    folder = await makeFolder(server, files, { token: null });
  });
  afterAll(async () => {
    await folder.remove();
    await server.close();
  });
  const command = createCommandTests('login', () => server);
  const proceed = async (terraform: Conversation): Promise<void> => {
    await terraform.sees('Enter a value:');
    terraform.types('yes\n');
  };

  command('login', async (shell) => {
    await shell.terraform(folder, ['login', server.hostname], {
      during: async (terraform) => {
        await proceed(terraform);
        await terraform.sees('Terraform will now wait');
        expect(await signInAt(addressIn(terraform.output()))).toBe(200);
      },
    });
    await shell.terraform(folder, ['init'], {
      refused: ['404 GET /api/v2/organizations/:organization/workspaces/:name'],
    });
    await shell.terraform(folder, ['plan']);
  });
  command('logout', async (shell) => {
    await shell.terraform(folder, ['logout', server.hostname]);
    await shell.terraform(folder, ['plan'], { code: 1 });
  });
  command('login (pasted token)', async (shell) => {
    const pasting = await makeFolder(server, { 'main.tf': RESOURCE }, { token: null, hostBlock: false });
    pasting.configure(`host "${server.hostname}" {
  services = { "tfe.v2" = "${server.url}/api/v2/" }
}
`);
    const client = createClient({ address: server.url, token: ADMIN_TOKEN });
    const made = await client.tokens.ofUser.create((await client.account.details()).id, {
      description: 'terraform',
    });
    const token = made.attributes.token ?? '';
    await shell.terraform(pasting, ['login', server.hostname], {
      during: async (terraform) => {
        await proceed(terraform);
        await terraform.sees(`Token for ${server.hostname}:`);
        terraform.types(`${token}\n`);
      },
    });
    shell.note('A token that is none');
    await shell.terraform(pasting, ['login', server.hostname], {
      code: 1,
      refused: ['401 GET /api/v2/account/details'],
      during: async (terraform) => {
        await proceed(terraform);
        await terraform.sees(`Token for ${server.hostname}:`);
        terraform.types('not-a-token\n');
      },
    });
    await pasting.remove();
  });
});

needs('terraform')('a server with a certificate of its own', () => {
  const certificates = mkdtempSync(path.join(tmpdir(), 'runwright-cli-certificates-'));
  let server: CliServer;
  let folder: Folder;
  beforeAll(async () => {
    await runCli(['dev-cert', '--out', certificates]);
    server = await startCliServer({
      RUNWRIGHT_TLS_CERT: path.join(certificates, 'server.pem'),
      RUNWRIGHT_TLS_KEY: path.join(certificates, 'server.key'),
    });
    await createOrganization(server.url, readFileSync(path.join(certificates, 'ca.pem')));
    const files = { 'cloud.tf': cloudBlock(server.hostname, 'name = "network"'), 'main.tf': RESOURCE };
    folder = await makeFolder(server, files, {
      hostBlock: false,
      env: { SSL_CERT_FILE: path.join(certificates, 'ca.pem') },
    });
  });
  afterAll(async () => {
    await folder.remove();
    await server.close();
    rmSync(certificates, { recursive: true });
  });
  const command = createCommandTests('login', () => server);

  command('init, plan, apply over https', async (shell) => {
    await shell.terraform(folder, ['init'], {
      refused: ['404 GET /api/v2/organizations/:organization/workspaces/:name'],
    });
    await shell.terraform(folder, ['apply', '-auto-approve']);
  });
  command('init over https, the authority unknown', async (shell) => {
    await shell.terraform(folder, ['init'], { code: 1, env: { SSL_CERT_FILE: '/dev/null' } });
  });
});

async function createOrganization(url: string, ca: Buffer): Promise<void> {
  const body = JSON.stringify({ data: { attributes: { name: 'acme', email: 'ops@example.com' } } });
  const status = await new Promise((resolve, reject) => {
    request(
      `${url}/api/v2/organizations`,
      {
        method: 'POST',
        ca,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/vnd.api+json' },
      },
      (response) => resolve(response.resume().statusCode),
    )
      .on('error', reject)
      .end(body);
  });
  expect(status).toBe(201);
}
