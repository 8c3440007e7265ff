import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK } from './configurations.ts';
import { answers, makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const NO_WORKSPACE = '404 GET /api/v2/organizations/:organization/workspaces/:name';

needs('terraform')('cloud block: plans and applies', () => {
  let server: CliServer;
  let folder: Folder;
  beforeAll(async () => {
    server = await startCliServer({ RUNWRIGHT_RUNNERS: '4' });
    folder = await makeFolder(server, {
      'cloud.tf': cloudBlock(server.hostname, 'name = "network"'),
      'main.tf': NETWORK,
      'production.tfvars': 'environment = "production"\n',
    });
  });
  afterAll(async () => {
    await folder.remove();
    await server.close();
  });
  const command = createCommandTests('cloud', () => server);
  /** Consecutive tests of this kind run at the same time. */
  const together = createCommandTests('cloud', () => server, { concurrent: true });
  const newestStatus = async (): Promise<unknown> =>
    (await server.api.newestRun('network')).attributes['status'];

  command('init (new workspace)', async (shell) => {
    await shell.terraform(folder, ['init'], { refused: [NO_WORKSPACE] });
    const workspace = await server.api.workspace('network');
    expect(workspace.attributes['terraform-version']).toMatch(/^\d+\.\d+\.\d+$/);
  });
  command('init (existing workspace)', async (shell) => {
    await shell.terraform(folder, ['init']);
  });
  command('workspace list, show, new (with name)', async (shell) => {
    await shell.terraform(folder, ['workspace', 'list']);
    await shell.terraform(folder, ['workspace', 'show']);
    await shell.terraform(folder, ['workspace', 'new', 'other'], { code: 1 });
  });
  together('plan', async (shell) => {
    await shell.terraform(folder, ['plan']);
  });
  together('plan -detailed-exitcode (changes)', async (shell) => {
    await shell.terraform(folder, ['plan', '-detailed-exitcode'], { code: 2 });
  });
  together('plan -var', async (shell) => {
    await shell.terraform(folder, ['plan', '-var', 'environment=quote " dollar ${x} %{y}']);
  });
  together('plan -var-file', async (shell) => {
    await shell.terraform(folder, ['plan', '-var-file', 'production.tfvars']);
  });
  together('plan -target', async (shell) => {
    await shell.terraform(folder, ['plan', '-target', 'terraform_data.network']);
  });
  command('apply (no)', async (shell) => {
    await shell.terraform(folder, ['apply'], { code: 1, during: answers('no') });
    expect(await newestStatus()).toBe('discarded');
  });
  command('apply (yes)', async (shell) => {
    await shell.terraform(folder, ['apply'], { during: answers('yes') });
    expect(await newestStatus()).toBe('applied');
  });
  command('plan -refresh=false', async (shell) => {
    await shell.terraform(folder, ['plan', '-refresh=false']);
    expect((await server.api.newestRun('network')).attributes['refresh']).toBe(false);
  });
  together('plan -detailed-exitcode (no changes)', async (shell) => {
    await shell.terraform(folder, ['plan', '-detailed-exitcode']);
  });
  together('plan -refresh-only', async (shell) => {
    await shell.terraform(folder, ['plan', '-refresh-only']);
  });
  together('plan -replace', async (shell) => {
    await shell.terraform(folder, ['plan', '-replace', 'terraform_data.subnet']);
  });
  together('plan -destroy', async (shell) => {
    await shell.terraform(folder, ['plan', '-destroy']);
  });
  command('plan -out', async (shell) => {
    await shell.terraform(folder, ['plan', '-var', 'environment=saved', '-out', 'network.tfplan']);
    const bookmark = JSON.parse(readFileSync(path.join(folder.path, 'network.tfplan'), 'utf8')) as object;
    expect(bookmark).toMatchObject({ remote_plan_format: 1, hostname: server.hostname });
  });
  command('show (a saved plan)', async (shell) => {
    await shell.terraform(folder, ['show', 'network.tfplan']);
    await shell.terraform(folder, ['show', '-json', 'network.tfplan']);
  });
  command('apply (a saved plan)', async (shell) => {
    await shell.terraform(folder, ['apply', 'network.tfplan']);
    shell.note('Once more');
    await shell.terraform(folder, ['apply', 'network.tfplan'], { code: 1 });
  });
  command('apply -auto-approve', async (shell) => {
    await shell.terraform(folder, ['apply', '-auto-approve']);
  });
  command('apply -replace', async (shell) => {
    await shell.terraform(folder, ['apply', '-auto-approve', '-replace', 'terraform_data.subnet']);
  });
  command('apply (confirmed elsewhere)', async (shell) => {
    await shell.terraform(folder, ['apply', '-var', 'environment=elsewhere'], {
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        const { id } = await server.api.newestRun('network');
        await server.api.post(`/api/v2/runs/${id}/actions/apply`);
      },
    });
  });
  command('apply (discarded elsewhere)', async (shell) => {
    await shell.terraform(folder, ['apply', '-var', 'environment=unwanted'], {
      code: 1,
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        const { id } = await server.api.newestRun('network');
        await server.api.post(`/api/v2/runs/${id}/actions/discard`);
      },
    });
  });
  command('refresh', async (shell) => {
    await shell.terraform(folder, ['refresh']);
  });
  command('plan -generate-config-out', async (shell) => {
    folder.write({ 'import.tf': 'import {\n  to = terraform_data.found\n  id = "found-one"\n}\n' });
    await shell.terraform(folder, ['plan', '-generate-config-out', 'found.tf']);
    expect(readFileSync(path.join(folder.path, 'found.tf'), 'utf8')).toContain(
      'resource "terraform_data" "found"',
    );
    folder.write({ 'import.tf': '', 'found.tf': '' });
  });
  command('destroy', async (shell) => {
    await shell.terraform(folder, ['destroy'], { during: answers('yes') });
    await shell.terraform(folder, ['destroy', '-auto-approve']);
  });
});
