import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK, slow, SLOW_STARTED } from './configurations.ts';
import { makeFolder, type Folder, type FolderSettings } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

// Terraform tries to create a workspace that it may not see.
const NOT_SHOWN = [
  '404 GET /api/v2/organizations/:organization/workspaces/:name',
  '404 POST /api/v2/organizations/:organization/workspaces',
];

needs('terraform')('with other runs and workspaces', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  beforeAll(async () => {
    server = await startCliServer();
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
  });
  const command = createCommandTests('elsewhere', () => server);

  const folderOf = async (
    workspace: string,
    configuration = NETWORK,
    settings: FolderSettings = {},
  ): Promise<Folder> => {
    const cloud = cloudBlock(server.hostname, `name = "${workspace}"`);
    const folder = await makeFolder(server, { 'cloud.tf': cloud, 'main.tf': configuration }, settings);
    folders.push(folder);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };
  const expectQuiet = async (): Promise<void> => {
    expect(await server.api.get('/api/v2/organizations/acme/runs/queue')).toEqual([]);
  };

  command('apply (a saved plan that was discarded, or is of another workspace)', async (shell) => {
    const folder = await folderOf('saved');
    const other = await folderOf('other');
    await folder.run(['plan', '-out', 'saved.tfplan']);
    const { id } = await server.api.newestRun('saved');
    other.write({ 'saved.tfplan': readFileSync(path.join(folder.path, 'saved.tfplan'), 'utf8') });
    await shell.terraform(other, ['apply', 'saved.tfplan'], { code: 1 });
    await server.api.post(`/api/v2/runs/${id}/actions/discard`);
    await shell.terraform(folder, ['apply', 'saved.tfplan'], { code: 1 });
    for (const name of ['saved', 'other']) {
      expect((await server.api.workspace(name)).relationships['current-state-version']?.data).toBeNull();
    }
    await expectQuiet();
  });

  const readsSource = (): string => `data "terraform_remote_state" "source" {
  backend = "remote"
  config = {
    hostname     = "${server.hostname}"
    organization = "acme"
    workspaces   = { name = "source" }
  }
}
output "environment" { value = data.terraform_remote_state.source.outputs.environment }
`;

  command('terraform_remote_state in a remote run (refused, then allowed)', async (shell) => {
    await server.api.post('/api/v2/organizations/acme/workspaces', {
      name: 'source',
      'global-remote-state': false,
    });
    const source = await folderOf('source');
    await source.run(['apply', '-auto-approve']);
    const consumer = await folderOf('consumer', readsSource());
    await shell.terraform(consumer, ['plan'], { code: 1, refused: NOT_SHOWN });
    const { id } = await server.api.workspace('source');
    const consumers = { data: [{ type: 'workspaces', id: (await server.api.workspace('consumer')).id }] };
    await server.api.send('POST', `/api/v2/workspaces/${id}/relationships/remote-state-consumers`, consumers);
    shell.note('The workspace is made a consumer');
    await shell.terraform(consumer, ['plan']);
  });

  command('terraform_remote_state in local execution mode (refused, then allowed)', async (shell) => {
    const { id: teamId } = await server.api.post('/api/v2/organizations/acme/teams', { name: 'readers' });
    const mayUse = async (workspace: string, access: string): Promise<void> => {
      const relationships = {
        team: { data: { type: 'teams', id: teamId } },
        workspace: { data: { type: 'workspaces', id: (await server.api.workspace(workspace)).id } },
      };
      await server.api.post('/api/v2/team-workspaces', { access }, relationships);
    };
    await server.api.post('/api/v2/organizations/acme/workspaces', {
      name: 'own-machine',
      'execution-mode': 'local',
    });
    await mayUse('own-machine', 'write');
    const { attributes } = await server.api.post(`/api/v2/teams/${teamId}/authentication-token`);
    const folder = await folderOf('own-machine', readsSource(), { token: String(attributes['token']) });
    // On a person's own machine terraform reads with that person's token.
    await shell.terraform(folder, ['plan'], { code: 1, refused: NOT_SHOWN });
    await mayUse('source', 'read');
    shell.note('Whose token it is may read the other workspace');
    await shell.terraform(folder, ['plan']);
  });

  command('plan (TF_CLI_ARGS)', async (shell) => {
    const folder = await folderOf('arguments');
    const { output } = await shell.terraform(folder, ['plan'], {
      env: { TF_CLI_ARGS_plan: '-var environment=of-the-shell -detailed-exitcode' },
      code: 2,
    });
    expect(output).toContain('of-the-shell');
  });

  command('the server is killed during the apply', async (shell) => {
    const folder = await folderOf('killed', slow(4));
    // Terraform does not repeat requests for logs: it ends if it makes one while the server is away.
    const { code, output } = await folder.run(['apply', '-auto-approve'], {
      during: async (terraform) => {
        await terraform.sees(SLOW_STARTED);
        await server.killAndRestart();
      },
    });
    expect(output).toContain(code === 0 ? 'Apply complete!' : 'Failed to read logs');
    shell.note('Whether terraform notices or not, the run goes on and is applied');
    const run = await server.api.newestRun('killed');
    await server.api.runReaches(run.id, ['applied']);
    expect((await server.api.workspace('killed')).attributes['locked']).toBe(false);
    await expectQuiet();
  });
});
