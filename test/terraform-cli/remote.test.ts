import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { NETWORK, remoteBackend } from './configurations.ts';
import { answers, makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const NO_WORKSPACE = '404 GET /api/v2/organizations/:organization/workspaces/:name';

needs('terraform')('backend "remote"', () => {
  let server: CliServer;
  let folder: Folder;
  let many: Folder;
  beforeAll(async () => {
    server = await startCliServer();
    folder = await makeFolder(server, {
      'backend.tf': remoteBackend(server.hostname, 'name = "network"'),
      'main.tf': NETWORK,
    });
    many = await makeFolder(server, {
      'backend.tf': remoteBackend(server.hostname, 'prefix = "network-"'),
      'main.tf': 'resource "terraform_data" "it" {\n  input = terraform.workspace\n}\n',
    });
  });
  afterAll(async () => {
    await folder.remove();
    await many.remove();
    await server.close();
  });
  const command = createCommandTests('remote', () => server);

  command('init', async (shell) => {
    await shell.terraform(folder, ['init'], { refused: [NO_WORKSPACE] });
  });
  command('plan', async (shell) => {
    const { output } = await shell.terraform(folder, ['plan']);
    expect(output).not.toContain('"@level"');
  });
  command('plan -target, -replace, -refresh-only, -destroy', async (shell) => {
    await shell.terraform(folder, ['plan', '-target', 'terraform_data.network']);
    await shell.terraform(folder, ['plan', '-refresh-only']);
    await shell.terraform(folder, ['plan', '-destroy']);
  });
  command('plan -var, -out (not with this backend)', async (shell) => {
    await shell.terraform(folder, ['plan', '-var', 'environment=other'], { code: 1 });
    await shell.terraform(folder, ['plan', '-out', 'network.tfplan'], { code: 1 });
  });
  command('apply (yes)', async (shell) => {
    await shell.terraform(folder, ['apply'], { during: answers('yes') });
  });
  command('apply (no)', async (shell) => {
    const args = ['apply', '-replace', 'terraform_data.subnet'];
    await shell.terraform(folder, args, { code: 1, during: answers('no') });
  });
  command('apply -auto-approve', async (shell) => {
    await shell.terraform(folder, ['apply', '-auto-approve', '-replace', 'terraform_data.subnet']);
  });
  command('output, show, state list', async (shell) => {
    await shell.terraform(folder, ['output']);
    await shell.terraform(folder, ['show']);
    await shell.terraform(folder, ['state', 'list']);
  });
  command('state mv, state rm, import', async (shell) => {
    await shell.terraform(folder, ['state', 'mv', 'terraform_data.subnet', 'terraform_data.moved']);
    await shell.terraform(folder, ['state', 'rm', 'terraform_data.moved']);
    await shell.terraform(folder, ['import', 'terraform_data.subnet', 'imported-subnet']);
  });
  command('destroy -auto-approve', async (shell) => {
    await shell.terraform(folder, ['destroy', '-auto-approve']);
  });
  command('init (prefix)', async (shell) => {
    for (const name of ['network-blue', 'network-green']) {
      await server.api.post('/api/v2/organizations/acme/workspaces', { name });
    }
    await shell.terraform(many, ['init'], { during: answers('1') });
  });
  command('workspace list, select, new, delete (prefix)', async (shell) => {
    await shell.terraform(many, ['workspace', 'list']);
    await shell.terraform(many, ['workspace', 'select', 'green']);
    await shell.terraform(many, ['workspace', 'show']);
    await shell.terraform(many, ['workspace', 'new', 'red'], { refused: [NO_WORKSPACE] });
    await shell.terraform(many, ['workspace', 'select', 'blue']);
    await shell.terraform(many, ['workspace', 'delete', 'red']);
    await shell.terraform(many, ['workspace', 'list']);
  });
  command('apply -auto-approve (prefix)', async (shell) => {
    const { output } = await shell.terraform(many, ['apply', '-auto-approve']);
    expect(output).toContain('network-blue');
  });
});
