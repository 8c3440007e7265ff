import { afterAll, beforeAll, expect, vi } from 'vitest';
import { packFiles } from '../runner/configuration-archive.ts';
import { celPolicies } from '../support/policy-scenario.ts';
import { needs } from '../support/programs.ts';
import { callBack, startTaskService, type TaskService } from '../support/task-service.ts';
import { createCommandTests } from './command.ts';
import { cloudBlock } from './configurations.ts';
import { makeFolder, type Folder } from './folder.ts';
import { startCliServer, type CliServer } from './server.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

const BOX = 'resource "terraform_data" "box" {\n  input = "one"\n}\n';
const PRICES = `currency: USD
source: https://example.com/prices
date: 2026-01-31
prices:
  - resource: terraform_data
    monthly: 12.5
`;
const ACME = '/api/v2/organizations/acme';

needs('terraform')('what is checked between plan and apply, as terraform shows it', () => {
  let server: CliServer;
  let service: TaskService;
  const folders: Folder[] = [];
  beforeAll(async () => {
    service = await startTaskService();
    server = await startCliServer({ RUNWRIGHT_RUNNERS: '2', RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
    await server.api.patch(ACME, { 'cost-estimation-enabled': true });
    await server.api.post(`${ACME}/price-books`, { name: 'boxes', document: PRICES });
    const files = celPolicies(
      ['cheap', 'hard-mandatory', 'cost.delta_monthly_cost < 100.0'],
      ['small', 'advisory', 'size(plan.resource_changes) == 0', 'Something changes.'],
    );
    await holdPolicies({ name: 'boxes', global: true }, files);
  });
  afterAll(async () => {
    for (const folder of folders) await folder.remove();
    await server.close();
    service.close();
  });
  const command = createCommandTests('checks', () => server, { concurrent: true });

  const holdPolicies = async (
    attributes: Record<string, unknown>,
    files: Record<string, string>,
    relationships?: Record<string, unknown>,
  ): Promise<void> => {
    const set = await server.api.post(`${ACME}/policy-sets`, attributes, relationships);
    const version = await server.api.post(`/api/v2/policy-sets/${set.id}/versions`, {});
    const { upload } = (version as unknown as { links: { upload: string } }).links;
    const body = packFiles(files);
    expect((await fetch(upload, { method: 'PUT', body })).status).toBe(200);
  };

  /** A workspace with a task at each of these stages, whose service gives all its runs this answer. */
  const folderOf = async (
    workspace: string,
    said: Record<string, { level?: string; overridable?: boolean; answer: object }>,
  ): Promise<Folder> => {
    const { id } = await server.api.post(`${ACME}/workspaces`, { name: workspace });
    for (const [stage, { level = 'mandatory', overridable = false, answer }] of Object.entries(said)) {
      const path = `/${workspace}/${stage}`;
      const task = await server.api.post(`${ACME}/tasks`, {
        name: `${workspace}-${stage}`,
        url: service.url + path,
        overridable,
      });
      service.behave(path, (_request, response) => {
        response.end();
        const request = service.asked.findLast((asked) => asked.path === path);
        if (request !== undefined) void callBack(request, answer);
      });
      const relationships = { task: { data: { type: 'tasks', id: task.id } } };
      const attributes = { stages: [stage], 'enforcement-level': level };
      await server.api.post(`/api/v2/workspaces/${id}/tasks`, attributes, relationships);
    }
    const cloud = cloudBlock(server.hostname, `name = "${workspace}"`);
    const folder = await makeFolder(server, { 'cloud.tf': cloud, 'main.tf': BOX });
    folders.push(folder);
    expect((await folder.run(['init'])).code).toBe(0);
    return folder;
  };
  const passed = { answer: { status: 'passed', message: 'nothing found' } };

  command('apply (run tasks, a cost estimate and policies)', async (shell) => {
    const folder = await folderOf('checked', {
      pre_plan: passed,
      post_plan: { level: 'advisory', answer: { status: 'failed', message: 'one finding' } },
      pre_apply: passed,
    });
    const { id } = await server.api.workspace('checked');
    await holdPolicies(
      { name: 'changes', 'agent-enabled': true },
      celPolicies(
        ['few', 'soft-mandatory', 'size(plan.resource_changes) < 10'],
        ['none', 'advisory', 'size(plan.resource_changes) == 0', 'Something changes.'],
      ),
      { workspaces: { data: [{ type: 'workspaces', id }] } },
    );
    await shell.terraform(folder, ['apply', '-auto-approve']);
  });
  command('plan (a mandatory run task fails)', async (shell) => {
    const folder = await folderOf('refused', { post_plan: { answer: { status: 'failed', message: 'no' } } });
    await shell.terraform(folder, ['plan'], { code: 1 });
  });
  command('plan (a hard-mandatory policy fails)', async (shell) => {
    const folder = await folderOf('forbidden', {});
    const { id } = await server.api.workspace('forbidden');
    await holdPolicies(
      { name: 'forbidden' },
      celPolicies(['never', 'hard-mandatory', 'false', 'Nothing may change here.']),
      { workspaces: { data: [{ type: 'workspaces', id }] } },
    );
    await shell.terraform(folder, ['plan'], { code: 1 });
  });
});
