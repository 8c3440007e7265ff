import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK, slow, SLOW_STARTED } from './configurations.ts';
import { makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const QUESTION = 'Do you want to cancel the remote operation?';

needs('terraform')('Ctrl-C', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  beforeAll(async () => void (server = await startCliServer({ RUNWRIGHT_RUNNERS: '4' })));
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
  });
  const command = createCommandTests('interruptions', () => server, { concurrent: true });

  const folderOf = async (workspace: string, configuration: string): Promise<Folder> => {
    const cloud = cloudBlock(server.hostname, `name = "${workspace}"`);
    await server.api.post('/api/v2/organizations/acme/workspaces', { name: workspace });
    const folder = await makeFolder(server, { 'cloud.tf': cloud, 'main.tf': configuration });
    folders.push(folder);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };
  /** Locks the workspace as the administrator, so that its runs wait. */
  const lock = async (workspace: string): Promise<() => Promise<unknown>> => {
    const { id } = await server.api.workspace(workspace);
    await server.api.post(`/api/v2/workspaces/${id}/actions/lock`);
    return async () => await server.api.post(`/api/v2/workspaces/${id}/actions/unlock`);
  };
  const expectFree = async (workspace: string): Promise<void> => {
    expect((await server.api.workspace(workspace)).attributes['locked']).toBe(false);
  };

  command('plan: stops listening, and the run goes on', async (shell) => {
    const folder = await folderOf('plan', NETWORK);
    await shell.terraform(folder, ['plan'], {
      code: 1,
      during: async (terraform) => {
        await terraform.sees('To view this run in a browser');
        terraform.interrupt();
      },
    });
    const { id } = await server.api.newestRun('plan');
    await server.api.runReaches(id, ['planned_and_finished']);
    await expectFree('plan');
  });

  command('apply, waiting for a lock: asks, and cancels', async (shell) => {
    const folder = await folderOf('waiting', NETWORK);
    const unlock = await lock('waiting');
    await shell.terraform(folder, ['apply'], {
      during: async (terraform) => {
        await terraform.sees('Waiting for the manually locked workspace to be unlocked');
        terraform.interrupt();
        await terraform.sees(QUESTION);
        terraform.types('yes\n');
      },
    });
    const { attributes } = await server.api.newestRun('waiting');
    expect(attributes['status']).toBe('canceled');
    await unlock();
    await expectFree('waiting');
  });

  command('apply -auto-approve, waiting for a lock: cancels unasked', async (shell) => {
    const folder = await folderOf('unasked', NETWORK);
    const unlock = await lock('unasked');
    await shell.terraform(folder, ['apply', '-auto-approve'], {
      during: async (terraform) => {
        await terraform.sees('Waiting for the manually locked workspace to be unlocked');
        terraform.interrupt();
      },
    });
    expect((await server.api.newestRun('unasked')).attributes['status']).toBe('canceled');
    await unlock();
    await expectFree('unasked');
  });

  command('apply, at the question: leaves the run as it is', async (shell) => {
    const folder = await folderOf('question', NETWORK);
    // Terraform's message and exit code after an interrupt depend on a race.
    const { output } = await folder.run(['apply'], {
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        terraform.interrupt();
      },
    });
    expect(output).not.toContain('Apply complete');
    const { id, attributes } = await server.api.newestRun('question');
    expect(attributes['status']).toBe('planned');
    shell.note('Terraform ends; the run waits to be confirmed or discarded');
    await server.api.post(`/api/v2/runs/${id}/actions/discard`);
    await expectFree('question');
  });

  command('apply, applying: asks, and cancels', async (shell) => {
    const folder = await folderOf('applying', slow(60));
    await shell.terraform(folder, ['apply'], {
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        terraform.types('yes\n');
        await terraform.sees(SLOW_STARTED);
        terraform.interrupt();
        await terraform.sees(QUESTION);
        terraform.types('yes\n');
      },
    });
    const { id } = await server.api.newestRun('applying');
    await server.api.runReaches(id, ['canceled']);
    await expectFree('applying');
  });

  command('apply -auto-approve, applying: cancels unasked', async (shell) => {
    const folder = await folderOf('approved', slow(60));
    await shell.terraform(folder, ['apply', '-auto-approve'], {
      during: async (terraform) => {
        await terraform.sees(SLOW_STARTED);
        terraform.interrupt();
      },
    });
    const { id } = await server.api.newestRun('approved');
    await server.api.runReaches(id, ['canceled']);
    await expectFree('approved');
  });

  command('apply in a terminal', async (shell) => {
    const folder = await folderOf('terminal', NETWORK);
    await shell.terraform(folder, ['apply'], {
      terminal: true,
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        terraform.types('yes\n');
      },
    });
    await expectFree('terminal');
  });
});
