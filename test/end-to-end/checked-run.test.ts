import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Client } from '@runwright/client';
import { packFiles } from '../runner/configuration-archive.ts';
import { celPolicies } from '../support/policy-scenario.ts';
import { needs } from '../support/programs.ts';
import { startCloud, type Cloud } from '../support/provider/cloud.ts';
import { testProvider, type TestProvider } from '../support/provider/test-provider.ts';
import { until, upload } from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { callBack, startTaskService, type TaskService } from '../support/task-service.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const BOX = { 'main.tf': 'resource "fixture_thing" "box" { name = "one" }' };
/** It reads a state from a server that never answers, which no interrupt ends. */
const waitingFor = (address: string) => ({
  'main.tf': `data "terraform_remote_state" "other" {
  backend = "http"
  config  = { address = "${address}" }
}`,
});
const PRICES =
  'currency: USD\nsource: https://example.com\ndate: 2026-01-31\nprices:\n  - resource: fixture_thing\n    monthly: 1\n';

const connections = async (server: Server): Promise<number> =>
  await new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });

needs('terraform', 'provider')('a run with everything around its plan and its apply', () => {
  let server: ServerProcess;
  let service: TaskService;
  let client: Client;
  let provider: TestProvider;
  let cloud: Cloud;
  beforeAll(async () => {
    service = await startTaskService();
    provider = await testProvider();
    cloud = await startCloud();
    server = await startServerProcess({
      RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1',
      RUNWRIGHT_FORCE_CANCEL_AFTER: '10',
    });
    ({ client } = server);
    await client.organizations.create({ name: 'checked', email: 'someone@example.com' });
    await client.organizations.create({ name: 'plain', email: 'someone@example.com' });
  });
  afterAll(async () => {
    await server.remove();
    service.close();
    await cloud.close();
  });
  const uploadBox = async (workspaceId: string): Promise<void> => {
    await upload(client, workspaceId, { ...BOX, ...provider.files({ url: cloud.url }) });
  };

  async function statusTimes(runId: string): Promise<string[]> {
    const { data } = await client.runs.read(runId);
    const stamps = data.attributes['status-timestamps'] as Record<string, string>;
    return Object.keys(stamps).map((key) => key.replace(/-at$/, '').replaceAll('-', '_'));
  }
  const answerAt = async (runId: string, stage: string): Promise<void> => {
    const asked = await service.requestFor(runId, stage);
    expect((await callBack(asked, { status: 'passed' })).status).toBe(200);
  };

  test('passes through every status once, also when its server is killed in each phase', async () => {
    await client.organizations.update('checked', { 'cost-estimation-enabled': true });
    await client.priceBooks.create('checked', { name: 'boxes', document: PRICES });
    const set = await client.policySets.create('checked', { name: 'soft', global: true });
    const version = await client.policySets.createVersion(set.id);
    await client.policySets.uploadVersion(
      version,
      packFiles(celPolicies(['no', 'soft-mandatory', 'false'], ['yes', 'hard-mandatory', 'cost != null'])),
    );
    const stages = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'];
    const task = await client.runTasks.create('checked', { name: 'scanner', url: service.url });
    const workspace = await client.workspaces.create('checked', { name: 'one' });
    await client.workspaceTasks.attach(workspace.id, task.id, { stages, 'enforcement-level': 'mandatory' });
    await uploadBox(workspace.id);
    const { id } = await client.runs.create({ workspace_id: workspace.id });

    // The request is already on its way and is sent again after the restart; either of the two may be answered.
    await service.requestFor(id, 'pre_plan');
    await server.kill();
    await server.restart();
    await answerAt(id, 'pre_plan');
    await until(client, id, 'post_plan_running');
    await answerAt(id, 'post_plan');
    // The server is killed somewhere in the estimate or the policies.
    await server.kill();
    await server.restart();
    await until(client, id, 'policy_override');
    const [check] = (await client.policyChecks.ofRun(id)).data;
    await client.policyChecks.override(check?.id ?? '', { comment: 'agreed' });
    await client.runs.apply(id);
    await server.kill();
    await server.restart();
    await answerAt(id, 'pre_apply');
    await until(client, id, 'post_apply_running');
    await answerAt(id, 'post_apply');
    await until(client, id, 'final');

    // `policy_checking` and `policy_override` have no timestamp of their own.
    const passed = [
      'plan_queueable',
      'pre_plan_running',
      'pre_plan_completed',
      'queuing',
      'plan_queued',
      'planning',
      'planned',
      'post_plan_running',
      'post_plan_completed',
      'cost_estimating',
      'cost_estimated',
      'policy_checked',
      'confirmed',
      'pre_apply_running',
      'pre_apply_completed',
      'queuing_apply',
      'apply_queued',
      'applying',
      'post_apply_running',
      'post_apply_completed',
      'applied',
    ];
    expect((await statusTimes(id)).toSorted()).toEqual(passed.toSorted());
    const { data } = await client.runs.events(id);
    const actions = data.map(({ attributes }) => (attributes as { action: string }).action);
    // Each status has one event, in order; `pending` has `queued`, and statuses that only lead to the next have none.
    const leading = ['plan_queueable', 'queuing', 'queuing_apply'];
    const around = passed.indexOf('policy_checked');
    expect(actions).toEqual([
      'queued',
      ...passed.slice(0, around).filter((status) => !leading.includes(status)),
      ...['policy_checking', 'policy_override'],
      ...passed.slice(around).filter((status) => !leading.includes(status)),
    ]);
    for (const stage of stages) {
      const requests = service.asked.filter(
        ({ payload }) => payload.run_id === id && payload.stage === stage,
      );
      expect(new Set(requests.map(({ payload }) => payload.task_result_id)).size).toBe(1);
    }
    expect((await client.policyChecks.ofRun(id)).data).toHaveLength(1);
    const changes = cloud.calls.filter(({ call }) => call === 'ApplyResourceChange');
    expect([changes.length, cloud.objects.size]).toEqual([1, 1]);
    expect((await client.runs.read(id, { include: ['cost_estimate'] })).included).toMatchObject([
      { attributes: { 'proposed-monthly-cost': '1.0' } },
    ]);
  });

  test.concurrent('ends as force_canceled, and at once', async ({ expect }) => {
    const workspace = await client.workspaces.create('plain', { name: 'force-canceled' });
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const asked = once(silent, 'request');
    await upload(
      client,
      workspace.id,
      waitingFor(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`),
    );
    const run = await client.runs.create({ workspace_id: workspace.id });
    await asked;
    await expect(client.runs.forceCancel(run.id)).rejects.toThrow('has not been canceled');
    await client.runs.cancel(run.id);
    await expect(client.runs.forceCancel(run.id)).rejects.toThrow('cool-off');
    const isPossible = async () =>
      (await client.runs.read(run.id)).data.attributes.actions?.['is-force-cancelable'];
    await expect.poll(isPossible, { timeout: 30_000, interval: 200 }).toBe(true);
    await client.runs.forceCancel(run.id);
    const { attributes } = await until(client, run.id, 'final');
    expect(attributes.status).toBe('force_canceled');
    expect(await statusTimes(run.id)).toEqual(expect.arrayContaining(['planning', 'force_canceled']));
    expect((await client.workspaces.read(workspace.id)).attributes).toMatchObject({ locked: false });
    // The terraform of the run has been killed, so its connection is gone.
    await expect.poll(() => connections(silent), { timeout: 30_000 }).toBe(0);
    silent.close();
  });

  test.concurrent.each([
    ['planned_and_finished', null, { plan_only: true }, async () => {}],
    ['errored', { 'main.tf': 'resource "no" {' }, {}, async () => {}],
    [
      'discarded',
      null,
      {},
      async (id: string) => {
        await until(client, id, 'planned');
        await client.runs.discard(id);
      },
    ],
    ['canceled', null, { plan_only: false }, async (id: string) => await client.runs.cancel(id)],
  ] as const)('ends as %s', async (status, files, params, act) => {
    const workspace = await client.workspaces.create('plain', { name: status.replaceAll('_', '-') });
    await (files === null ? uploadBox(workspace.id) : upload(client, workspace.id, files));
    // One that is to be canceled must not be planned before.
    if (status === 'canceled') await client.workspaces.lock(workspace.id);
    const { id } = await client.runs.create({ workspace_id: workspace.id, params });
    await act(id);
    const { attributes } = await until(client, id, 'final');
    expect(attributes.status).toBe(status);
    expect(await statusTimes(id)).toContain(status);
  });
});
