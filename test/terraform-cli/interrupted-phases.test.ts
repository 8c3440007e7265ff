import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock, NETWORK, slow, SLOW_STARTED } from './configurations.ts';
import { makeFolder, type Conversation, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';
import { SLOW_PLAN, writeSlowEngine } from './slow-engine.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const QUESTION = 'Do you want to cancel the remote operation?';

needs('terraform')('Ctrl-C, by phase and answer', () => {
  let server: CliServer;
  const folders: Folder[] = [];
  const programs = mkdtempSync(path.join(tmpdir(), 'runwright-cli-engine-'));
  beforeAll(async () => {
    server = await startCliServer({ RUNWRIGHT_ENGINE: writeSlowEngine(programs), RUNWRIGHT_RUNNERS: '4' });
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
    rmSync(programs, { recursive: true });
  });
  const command = createCommandTests('interrupted-phases', () => server, { concurrent: true });

  const folderOf = async (workspace: string, files: Record<string, string>): Promise<Folder> => {
    const cloud = cloudBlock(server.hostname, `name = "${workspace}"`);
    await server.api.post('/api/v2/organizations/acme/workspaces', { name: workspace });
    const folder = await makeFolder(server, { 'cloud.tf': cloud, ...files });
    folders.push(folder);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };
  const ends = async (workspace: string, status: string): Promise<void> => {
    await server.api.runReaches((await server.api.newestRun(workspace)).id, [status]);
    expect((await server.api.workspace(workspace)).attributes['locked']).toBe(false);
  };
  const act = async (workspace: string, action: 'cancel' | 'discard'): Promise<void> => {
    const { id } = await server.api.newestRun(workspace);
    await server.api.post(`/api/v2/runs/${id}/actions/${action}`);
  };
  const slowPlan = async (workspace: string): Promise<Folder> =>
    await folderOf(workspace, { 'main.tf': NETWORK, [SLOW_PLAN]: '' });
  const planning = async (terraform: Conversation, workspace: string): Promise<void> => {
    await terraform.sees('To view this run in a browser');
    await server.api.runReaches((await server.api.newestRun(workspace)).id, ['planning']);
    await terraform.sees('Waiting for');
  };

  command('apply, waiting for a lock: no', async (shell) => {
    const folder = await folderOf('waiting', { 'main.tf': NETWORK });
    const { id } = await server.api.workspace('waiting');
    await server.api.post(`/api/v2/workspaces/${id}/actions/lock`);
    await shell.terraform(folder, ['apply'], {
      during: async (terraform) => {
        await terraform.sees('Waiting for the manually locked workspace to be unlocked');
        await interruptAndAnswer(terraform, 'no');
      },
    });
    await server.api.post(`/api/v2/workspaces/${id}/actions/unlock`);
    shell.note('The run goes on when the lock is gone');
    await server.api.runReaches((await server.api.newestRun('waiting')).id, ['planned']);
    await act('waiting', 'discard');
    await ends('waiting', 'discarded');
  });
  command('apply, planning: yes', async (shell) => {
    await shell.terraform(await slowPlan('planning'), ['apply'], {
      during: async (terraform) => {
        await planning(terraform, 'planning');
        await interruptAndAnswer(terraform, 'yes');
      },
    });
    await ends('planning', 'canceled');
  });
  command('apply, planning: no', async (shell) => {
    await shell.terraform(await slowPlan('planning-on'), ['apply'], {
      during: async (terraform) => {
        await planning(terraform, 'planning-on');
        await interruptAndAnswer(terraform, 'no');
      },
    });
    expect((await server.api.newestRun('planning-on')).attributes['status']).toBe('planning');
    await act('planning-on', 'cancel');
    await ends('planning-on', 'canceled');
  });
  command('apply -auto-approve, planning', async (shell) => {
    await shell.terraform(await slowPlan('planning-unasked'), ['apply', '-auto-approve'], {
      during: async (terraform) => {
        await planning(terraform, 'planning-unasked');
        terraform.interrupt();
      },
    });
    await ends('planning-unasked', 'canceled');
  });
  command('apply, planning: twice', async (shell) => {
    const folder = await slowPlan('twice');
    // The last lines of terraform depend on a race between its two ways to end.
    const { code, output } = await folder.run(['apply'], {
      during: async (terraform) => {
        await planning(terraform, 'twice');
        terraform.interrupt();
        await terraform.sees(QUESTION);
        terraform.interrupt();
      },
    });
    expect([code, output]).toEqual([1, expect.not.stringContaining('Apply complete')]);
    expect((await server.api.newestRun('twice')).attributes['status']).toBe('planning');
    shell.note('Terraform ends with exit code 1; the run goes on');
    await act('twice', 'cancel');
    await ends('twice', 'canceled');
  });
  command('apply, applying: no', async (shell) => {
    const folder = await folderOf('applying', { 'main.tf': slow(8) });
    await shell.terraform(folder, ['apply'], {
      during: async (terraform) => {
        await terraform.sees('Enter a value:');
        terraform.types('yes\n');
        await terraform.sees(SLOW_STARTED);
        await interruptAndAnswer(terraform, 'no');
      },
    });
    await ends('applying', 'applied');
  });
});

async function interruptAndAnswer(terraform: Conversation, word: string): Promise<void> {
  terraform.interrupt();
  await terraform.sees(QUESTION);
  terraform.types(`${word}\n`);
}
