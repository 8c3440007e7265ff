import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK, remoteBackend, slow, SLOW_STARTED } from './configurations.ts';
import { answers, makeFolder, type Conversation, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const QUESTION = 'Do you want to cancel the remote operation?';

needs('terraform')('waiting for a runner', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  beforeAll(async () => void (server = await startCliServer({ RUNWRIGHT_RUNNERS: '1' })));
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
  });
  const command = createCommandTests('waiting', () => server, { keepsWaits: true });

  const folderOf = async (
    workspace: string,
    configuration = NETWORK,
    block = cloudBlock,
  ): Promise<Folder> => {
    const terraform = block(server.hostname, `name = "${workspace}"`);
    const folder = await makeFolder(server, { 'cloud.tf': terraform, 'main.tf': configuration });
    folders.push(folder);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };
  const expectQuiet = async (): Promise<void> => {
    expect(await server.api.get('/api/v2/organizations/acme/runs/queue')).toEqual([]);
    for (const { attributes } of await server.api.get('/api/v2/organizations/acme/workspaces')) {
      expect([attributes['name'], attributes['locked']]).toEqual([attributes['name'], false]);
    }
  };
  /** Occupies the only runner until the returned function is called. */
  const occupyRunner = async (workspace: string): Promise<() => Promise<void>> => {
    const folder = await folderOf(workspace, slow(300));
    let cancel = (): void => undefined;
    const applying = new Promise<void>((resolve, reject) => {
      const ended = folder.run(['apply', '-auto-approve'], {
        during: async (terraform) => {
          await terraform.sees(SLOW_STARTED);
          resolve();
          await new Promise<void>((free) => (cancel = free));
          terraform.interrupt();
        },
      });
      ended.then(() => undefined, reject);
    });
    await applying;
    return async () => {
      cancel();
      const { id } = await server.api.newestRun(workspace);
      await server.api.runReaches(id, ['canceled']);
    };
  };

  let free: () => Promise<void>;
  const newestStatus = async (workspace: string): Promise<unknown> =>
    (await server.api.newestRun(workspace)).attributes['status'];

  command('Ctrl-C during apply: asks, and leaves it or cancels', async (shell) => {
    free = await occupyRunner('busy');
    const folder = await folderOf('interrupted');
    for (const [word, status] of [
      ['no', 'plan_queued'],
      ['yes', 'canceled'],
    ] as const) {
      await shell.terraform(folder, ['apply'], {
        during: async (terraform) => {
          await terraform.sees('Waiting for 1 queued run(s) to finish before starting');
          terraform.interrupt();
          await terraform.sees(QUESTION);
          terraform.types(`${word}\n`);
        },
      });
      expect(await newestStatus('interrupted')).toBe(status);
      const { id, attributes } = await server.api.newestRun('interrupted');
      if (attributes['status'] !== 'canceled') await server.api.post(`/api/v2/runs/${id}/actions/cancel`);
    }
    expect((await server.api.workspace('interrupted')).attributes['locked']).toBe(false);
  });
  command('Ctrl-C during apply -auto-approve: cancels unasked', async (shell) => {
    const folder = await folderOf('unasked');
    await shell.terraform(folder, ['apply', '-auto-approve'], {
      during: async (terraform) => {
        await terraform.sees('Waiting for 1 queued run(s) to finish before starting');
        terraform.interrupt();
      },
    });
    expect(await newestStatus('unasked')).toBe('canceled');
    expect((await server.api.workspace('unasked')).attributes['locked']).toBe(false);
  });
  command('plan, plan -out: several wait, and say for how many', async (shell) => {
    const [first, second, third, remote] = (await Promise.all([
      folderOf('first'),
      folderOf('second'),
      folderOf('third'),
      folderOf('fourth', NETWORK, remoteBackend),
    ])) as [Folder, Folder, Folder, Folder];
    await shell.terraform(first, ['plan', '-out', 'first.tfplan'], {
      during: async (terraform) => {
        await terraform.sees('Waiting for 1 queued run(s) to finish before starting');
        await shell.terraform(remote, ['plan'], {
          during: async (next) => {
            await next.sees('Waiting for 2 queued run(s) to finish before starting');
            await shell.terraform(third, ['plan'], {
              during: async (last) => {
                await last.sees('Waiting for 3 queued run(s) to finish before starting');
                // This run comes before the plan-only runs.
                await shell.terraform(second, ['plan', '-out', 'second.tfplan'], {
                  during: async (other) => {
                    await other.sees('Waiting for 2 queued run(s) to finish before starting');
                    await free();
                  },
                });
              },
            });
          },
        });
      },
    });
    await expectQuiet();
  });
  command('a second apply of a workspace whose first waits', async (shell) => {
    free = await occupyRunner('occupied');
    const folder = await folderOf('twice');
    let second: Promise<unknown> | undefined;
    await shell.terraform(folder, ['apply'], {
      code: 1,
      during: async (terraform) => {
        await terraform.sees('Waiting for 1 queued run(s) to finish before starting');
        const during = async (next: Conversation): Promise<void> => {
          await next.sees('Waiting for 1 run(s) to finish before being queued');
          await free();
          await answers('no')(next);
        };
        second = shell.terraform(folder, ['apply'], { code: 1, during });
        await answers('no')(terraform);
      },
    });
    await second;
    await expectQuiet();
  });
  command('a confirmed apply waits', async (shell) => {
    const folder = await folderOf('confirmed');
    await shell.terraform(folder, ['apply'], {
      // The run that occupies the runner creates its own workspace.
      refused: ['404 GET /api/v2/organizations/:organization/workspaces/:name'],
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        free = await occupyRunner('in-between');
        terraform.types('yes\n');
        await terraform.sees('Waiting for 1 queued run(s) to finish before starting');
        await free();
      },
    });
    await expectQuiet();
  });
});
