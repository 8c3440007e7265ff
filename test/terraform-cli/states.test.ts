import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK } from './configurations.ts';
import { makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const NO_WORKSPACE = '404 GET /api/v2/organizations/:organization/workspaces/:name';
const LOCKED = '409 POST /api/v2/workspaces/:id/actions/lock';

needs('terraform')('cloud block: states', () => {
  let server: CliServer;
  let folder: Folder;
  beforeAll(async () => {
    server = await startCliServer();
    folder = await makeFolder(server, {
      'cloud.tf': cloudBlock(server.hostname, 'name = "network"'),
      'main.tf': NETWORK,
    });
    await folder.run(['init']);
    await folder.run(['apply', '-auto-approve']);
  });
  afterAll(async () => {
    await folder.remove();
    await server.close();
  });
  const command = createCommandTests('cloud', () => server);
  const isLocked = async (): Promise<unknown> => (await server.api.workspace('network')).attributes['locked'];

  command('output', async (shell) => {
    await shell.terraform(folder, ['output']);
    await shell.terraform(folder, ['output', 'environment']);
  });
  command('output -json, -raw (sensitive)', async (shell) => {
    await shell.terraform(folder, ['output', '-json']);
    await shell.terraform(folder, ['output', '-raw', 'password']);
  });
  command('show', async (shell) => {
    await shell.terraform(folder, ['show']);
    await shell.terraform(folder, ['show', '-json']);
  });
  command('state list', async (shell) => {
    await shell.terraform(folder, ['state', 'list']);
  });
  command('state show', async (shell) => {
    await shell.terraform(folder, ['state', 'show', 'terraform_data.network']);
  });
  command('state pull', async (shell) => {
    await shell.terraform(folder, ['state', 'pull']);
  });
  command('state mv', async (shell) => {
    await shell.terraform(folder, ['state', 'mv', 'terraform_data.subnet', 'terraform_data.moved']);
    await shell.terraform(folder, ['state', 'list']);
    expect(await isLocked()).toBe(false);
  });
  command('state rm', async (shell) => {
    await shell.terraform(folder, ['state', 'rm', 'terraform_data.moved']);
    await shell.terraform(folder, ['state', 'list']);
    expect(await isLocked()).toBe(false);
  });
  command('import', async (shell) => {
    await shell.terraform(folder, ['import', 'terraform_data.subnet', 'imported-subnet']);
    await shell.terraform(folder, ['state', 'list']);
    expect(await isLocked()).toBe(false);
  });
  command('taint, untaint', async (shell) => {
    await shell.terraform(folder, ['taint', 'terraform_data.network']);
    await shell.terraform(folder, ['untaint', 'terraform_data.network']);
    expect(await isLocked()).toBe(false);
  });
  command('state push', async (shell) => {
    const { output } = await folder.run(['state', 'pull']);
    const state = JSON.parse(output) as { serial: number; outputs: Record<string, unknown> };
    folder.write({ 'newer.tfstate': JSON.stringify({ ...state, serial: state.serial + 5 }) });
    await shell.terraform(folder, ['state', 'push', 'newer.tfstate']);
    shell.note('An older one, and the same by force');
    folder.write({ 'older.tfstate': JSON.stringify({ ...state, outputs: {} }) });
    await shell.terraform(folder, ['state', 'push', 'older.tfstate'], { code: 1 });
    await shell.terraform(folder, ['state', 'push', '-force', 'older.tfstate']);
    await shell.terraform(folder, ['output'], {});
    expect(await isLocked()).toBe(false);
  });
  command('console', async (shell) => {
    await shell.terraform(folder, ['console'], {
      during: async (terraform) => {
        terraform.types('terraform_data.network.output\nexit\n');
        await terraform.exitCode;
      },
    });
    expect(await isLocked()).toBe(false);
  });
  command('force-unlock', async (shell) => {
    const { id } = await server.api.workspace('network');
    await server.api.post(`/api/v2/workspaces/${id}/actions/lock`);
    shell.note('Somebody has locked the workspace');
    await shell.terraform(folder, ['state', 'rm', 'terraform_data.network'], { code: 1, refused: [LOCKED] });
    await shell.terraform(folder, ['force-unlock', '-force', 'acme/network']);
    expect(await isLocked()).toBe(false);
  });
  command('state mv -lock-timeout', async (shell) => {
    const { id } = await server.api.workspace('network');
    await server.api.post(`/api/v2/workspaces/${id}/actions/lock`);
    const args = ['state', 'mv', '-lock-timeout=1s', 'terraform_data.network', 'terraform_data.other'];
    await shell.terraform(folder, args, { code: 1, refused: [LOCKED] });
    await server.api.post(`/api/v2/workspaces/${id}/actions/unlock`);
  });
  command('terraform_remote_state', async (shell) => {
    const { id } = await server.api.workspace('network');
    await server.api.patch(`/api/v2/workspaces/${id}`, { 'global-remote-state': true });
    const consumer = await makeFolder(server, {
      'main.tf': `${cloudBlock(server.hostname, 'name = "consumer"')}
data "terraform_remote_state" "network" {
  backend = "remote"
  config = {
    hostname     = "${server.hostname}"
    organization = "acme"
    workspaces   = { name = "network" }
  }
}
output "network" { value = data.terraform_remote_state.network.outputs }
`,
    });
    await consumer.run(['init']);
    const { id: consumerId } = await server.api.workspace('consumer');
    await server.api.patch(`/api/v2/workspaces/${consumerId}`, { 'execution-mode': 'local' });
    await shell.terraform(consumer, ['plan']);
    await consumer.remove();
  });
  command('migrate a local state (init)', async (shell) => {
    const local = await makeFolder(server, { 'main.tf': NETWORK });
    await local.run(['init']);
    await local.run(['apply', '-auto-approve']);
    local.write({ 'cloud.tf': cloudBlock(server.hostname, 'name = "migrated"') });
    await shell.terraform(local, ['init'], {
      refused: [NO_WORKSPACE],
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        terraform.types('yes\n');
        await terraform.exitCode;
      },
    });
    await shell.terraform(local, ['state', 'list']);
    expect(readFileSync(path.join(local.path, 'terraform.tfstate.backup'), 'utf8')).toContain('serial');
    await local.remove();
  });
});
