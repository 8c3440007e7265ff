import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rm } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test, vi, type TestContext } from 'vitest';
import { needs } from '../support/programs.ts';
import {
  applySays,
  createRealWorkspace,
  planLog,
  resourcesInState,
  until,
  upload,
} from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

const QUICK = { 'main.tf': 'resource "terraform_data" "quick" {}' };
const SLOW_APPLY = {
  'main.tf': `
    resource "terraform_data" "quick" {}
    resource "terraform_data" "slow" {
      depends_on = [terraform_data.quick]
      provisioner "local-exec" { command = "sleep 4" }
    }`,
};

// Whole runs are slow on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

// Each test has its own server and mostly waits for it.
needs('terraform')('killed with SIGKILL', { concurrent: true }, () => {
  let slowPlans: string;
  beforeAll(() => {
    // A terraform with slow plans, since the built-in resource alone is planned in milliseconds.
    slowPlans = mkdtempSync(path.join(tmpdir(), 'runwright-slow-'));
    const terraform = execFileSync('which', ['terraform'], { encoding: 'utf8' }).trim();
    const engine = path.join(slowPlans, 'terraform');
    writeFileSync(engine, `#!/bin/sh\n[ "$1" = plan ] && sleep 3\nexec ${terraform} "$@"\n`);
    chmodSync(engine, 0o755);
  });
  afterAll(async () => await rm(slowPlans, { recursive: true }));
  async function startServer(
    { onTestFinished }: TestContext,
    settings?: Record<string, string>,
  ): Promise<ServerProcess> {
    const server = await startServerProcess(settings);
    onTestFinished(async () => await server.remove());
    return server;
  }

  test('the server in the middle of a plan: its runner delivers the plan to the next one', async (context) => {
    const server = await startServer(context, { RUNWRIGHT_ENGINE: path.join(slowPlans, 'terraform') });
    const { client } = server;
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, QUICK);
    const { id } = await client.runs.create({ workspace_id: workspaceId });
    await until(client, id, 'planning');
    await server.kill();
    await server.restart();
    expect((await until(client, id, 'settled')).attributes.status).toBe('planned');
    await client.runs.apply(id);
    expect((await until(client, id, 'final')).attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['quick']);
  });

  test('server and runner in the middle of a plan: the run ends as errored, and the workspace goes on', async (context) => {
    const server = await startServer(context, {
      RUNWRIGHT_ENGINE: path.join(slowPlans, 'terraform'),
      RUNWRIGHT_LEASE: '5',
    });
    const { client } = server;
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, QUICK);
    const { id } = await client.runs.create({ workspace_id: workspaceId });
    await until(client, id, 'planning');
    await server.kill();
    server.killRunners();
    await server.restart();
    const run = await until(client, id, 'final');
    expect(run.attributes.status).toBe('errored');
    expect(await planLog(client, run)).toContain('stopped answering');
    const events = await client.runs.events(id);
    expect(events.data.at(-1)?.attributes.description).toMatch(/stopped answering/);
    const next = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    expect((await until(client, next.id, 'final')).attributes.status).toBe('applied');
  });

  test('the server in the middle of an apply: it happens once, and its state arrives', async (context) => {
    const server = await startServer(context);
    const { client } = server;
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, SLOW_APPLY);
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    await until(client, id, 'applying');
    await server.kill();
    await server.restart();
    expect((await until(client, id, 'final')).attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['quick', 'slow']);
    const events = await client.runs.events(id);
    expect(events.data.filter(({ attributes }) => attributes.action === 'applying')).toHaveLength(1);
  });

  test('the runner in the middle of an apply: what had finished is in the state, and it is not repeated', async (context) => {
    const server = await startServer(context, { RUNWRIGHT_LEASE: '5' });
    const { client } = server;
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, SLOW_APPLY);
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    const run = await until(client, id, 'applying');
    await applySays(client, run, 'local-exec');
    server.killRunners();
    expect((await until(client, id, 'final')).attributes.status).toBe('errored');
    // The runner that is started in its place delivers the state, before or after the run is given up.
    await context.expect
      .poll(async () => await resourcesInState(client, workspaceId), { timeout: 60_000 })
      .toEqual(['quick']);
    const next = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    expect((await until(client, next.id, 'final')).attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['quick', 'slow']);
  });

  test('a stop is not a kill: a running apply may finish', async (context) => {
    const server = await startServer(context);
    const { client } = server;
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, SLOW_APPLY);
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    await until(client, id, 'applying');
    expect(await server.stop()).toBe(0);
    await server.restart();
    expect((await client.runs.read(id)).data.attributes.status).toBe('applied');
  });
});
