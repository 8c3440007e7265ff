import { createClient, relatedId } from '@runwright/client';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { uploadFolder } from '../../src/cli/upload/upload-folder.ts';
import { needs } from '../support/programs.ts';
import { createOrganization, createWorkspace } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { PROGRAM, startAgent, type AgentProcess } from './agent-process.ts';

const SLOW = `
resource "terraform_data" "quick" {}

resource "terraform_data" "slow" {
  depends_on = [terraform_data.quick]
  provisioner "local-exec" {
    command = "sleep 120"
  }
}
`;

needs('terraform')('runwright agent', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const started: AgentProcess[] = [];
  const start = async (...settings: Parameters<typeof startAgent>): Promise<AgentProcess> => {
    const agent = await startAgent(...settings);
    started.push(agent);
    return agent;
  };
  // A failed test has not stopped its agent.
  afterEach(async () => {
    for (const agent of started.splice(0)) await agent.stop('SIGKILL');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('stops cleanly on %s', async (signal) => {
    const agent = await start(server.url);
    await expect.poll(() => agent.log(), { timeout: 20_000 }).toContain('the agent works for');
    expect(await agent.stop(signal)).toBe(0);
    expect(agent.log()).toContain('the agent has stopped');
  });

  test('interrupts terraform when it is asked to stop during an apply, and delivers the result', async () => {
    const agent = await start(server.url);
    const workspaceId = await createWorkspace(server, await createOrganization(server), {
      'auto-apply': true,
    });
    const folder = await mkdtemp(path.join(tmpdir(), 'runwright-slow-'));
    await writeFile(path.join(folder, 'main.tf'), SLOW);
    const client = createClient({ address: server.url, token: ADMIN_TOKEN });
    await uploadFolder(client, workspaceId, folder, {});
    await rm(folder, { recursive: true });
    const { id } = await client.runs.create({ workspace_id: workspaceId });
    const applyId = relatedId((await client.runs.read(id)).data, 'apply') ?? '';
    const readLog = async (): Promise<string> =>
      new TextDecoder().decode((await client.applies.readLog(applyId, { limit: 1_000_000 })).bytes);
    await expect.poll(readLog, { timeout: 30_000 }).toContain('Provisioning with');

    expect(await agent.stop()).toBe(0);
    const run = (await client.runs.read(id)).data;
    expect(run.attributes.status).toBe('errored');
    const state = new TextDecoder().decode(
      await client.stateVersions.download(await client.stateVersions.current(workspaceId)),
    );
    expect(state).toContain('quick');
  });

  test('exits with 3 when the server refuses its token, which it does not print', async () => {
    const agent = await start(server.url, { RUNWRIGHT_AGENT_TOKEN: 'a-token-that-nobody-knows' });
    await expect.poll(() => agent.log(), { timeout: 20_000 }).toContain('the agent has ended');
    expect(await agent.stop()).toBe(3);
    expect(agent.log()).not.toContain('a-token-that-nobody-knows');
  });

  test.each([
    [{}, '--url'],
    [{ RUNWRIGHT_URL: 'http://127.0.0.1:1' }, 'RUNWRIGHT_AGENT_TOKEN'],
    [{ RUNWRIGHT_URL: 'http://127.0.0.1:1', RUNWRIGHT_AGENT_TOKEN: 'x', RUNWRIGHT_SLOTS: '0' }, '--slots'],
    [
      { RUNWRIGHT_URL: 'http://127.0.0.1:1', RUNWRIGHT_AGENT_TOKEN: 'x', RUNWRIGHT_SANDBOX: 'on' },
      'RUNWRIGHT_SANDBOX',
    ],
    [
      {
        RUNWRIGHT_URL: 'http://127.0.0.1:1',
        RUNWRIGHT_AGENT_TOKEN: 'x',
        RUNWRIGHT_SSH_KNOWN_HOSTS: '/nowhere/hosts',
      },
      'RUNWRIGHT_SSH_KNOWN_HOSTS',
    ],
  ])('wrong settings are refused with the name of the setting: %j', (env, name) => {
    const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'agent'], {
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    expect(stderr).toContain(name);
  });
});
