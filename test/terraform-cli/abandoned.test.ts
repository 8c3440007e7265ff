import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK } from './configurations.ts';
import { makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

needs('terraform')('plans that no runner takes in time', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  beforeAll(async () => {
    server = await startCliServer({ RUNWRIGHT_RUNNERS: '0', RUNWRIGHT_SPECULATIVE_TIMEOUT: '5' });
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
  });
  const command = createCommandTests('abandoned', () => server, { concurrent: true });

  const folderOf = async (workspace: string): Promise<Folder> => {
    const cloud = cloudBlock(server.hostname, `name = "${workspace}"`);
    const folder = await makeFolder(server, { 'cloud.tf': cloud, 'main.tf': NETWORK });
    folders.push(folder);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };

  command('plan that nobody waits for any more', async (shell) => {
    await shell.terraform(await folderOf('left'), ['plan'], {
      code: 1,
      during: async (terraform) => {
        await terraform.sees('Waiting for');
        terraform.interrupt();
      },
    });
    const { id } = await server.api.newestRun('left');
    await server.api.runReaches(id, ['canceled']);
    shell.note('The run is canceled when its time is over');
  });
  command('plan that somebody waits for', async (shell) => {
    await shell.terraform(await folderOf('watched'), ['plan'], { code: 1 });
    await server.api.runReaches((await server.api.newestRun('watched')).id, ['canceled']);
  });
  command('plan -out, for which there is time', async (shell) => {
    const folder = await folderOf('kept');
    await shell.terraform(folder, ['plan', '-out', 'kept.tfplan'], {
      code: 1,
      during: async (terraform) => {
        await terraform.sees('Waiting for');
        // A plain plan of the same age, which has a time limit.
        await folder.run(['plan']);
        terraform.interrupt();
      },
    });
    const runs = await server.api.get(
      `/api/v2/workspaces/${(await server.api.workspace('kept')).id}/runs?filter%5Boperation%5D=save_plan`,
    );
    expect(runs.map(({ attributes }) => attributes['status'])).toEqual(['plan_queued']);
  });
});
