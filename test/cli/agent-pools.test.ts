import { createClient, relatedId } from '@runwright/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { needs } from '../support/programs.ts';
import { until, upload } from '../support/real-run.ts';
import { createOrganization, createWorkspace } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { startAgent, type AgentProcess } from './agent-process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

needs('terraform')('two agents of different pools', () => {
  let server: TestServer;
  const agents: AgentProcess[] = [];
  beforeAll(async () => void (server = await startTestServer()));
  afterAll(async () => {
    for (const agent of agents) await agent.stop();
    await server.close();
  });

  test('execute the runs of their own pools and no others, and none while they are drained', async () => {
    const organization = await createOrganization(server);
    const client = createClient({ address: server.url, token: ADMIN_TOKEN });
    const pools: { id: string; name: string; workspaceId: string; secret: string }[] = [];
    for (const name of ['north', 'south']) {
      const { id } = await client.agentPools.create(organization, { name });
      const token = await server.call('POST', `/api/v2/agent-pools/${id}/authentication-tokens`, {
        data: { attributes: { description: 'for a test' } },
      });
      const workspaceId = await createWorkspace(server, organization, {
        'execution-mode': 'agent',
        'agent-pool-id': id,
      });
      await upload(client, workspaceId, { 'main.tf': 'resource "terraform_data" "x" {}' });
      pools.push({ id, name, workspaceId, secret: String(token.body.data.attributes['token']) });
    }
    const start = async ({ name, secret }: (typeof pools)[number]) =>
      agents.push(
        await startAgent(server.url, { RUNWRIGHT_AGENT_TOKEN: secret, RUNWRIGHT_AGENT_NAME: `of-${name}` }),
      );
    const [north, south] = pools as [(typeof pools)[number], (typeof pools)[number]];
    const run = async (workspaceId: string) =>
      (await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } })).id;
    await start(south);
    const northRun = await run(north.workspaceId);
    const southRun = await run(south.workspaceId);
    const ended = await until(client, southRun, 'final');
    expect(ended.attributes.status).toBe('applied');
    // The only agent was idle and left this run alone.
    expect((await client.runs.read(northRun)).data.attributes.status).toBe('plan_queued');
    await start(north);
    expect((await until(client, northRun, 'final')).attributes.status).toBe('applied');

    const plan = await client.plans.read(relatedId(ended, 'plan') ?? '');
    const [agent] = (await client.agentPools.agents(south.id)).data;
    expect(plan.attributes).toMatchObject({
      'execution-details': {
        mode: 'agent',
        'agent-id': agent?.id,
        'agent-name': 'of-south',
        'agent-pool-id': south.id,
        'agent-pool-name': 'south',
      },
    });
    expect(agent?.attributes).toMatchObject({ name: 'of-south', status: 'idle' });

    const cli = async (...args: string[]) =>
      await runCli(['agents', ...args], { RUNWRIGHT_URL: server.url, RUNWRIGHT_TOKEN: ADMIN_TOKEN });
    const id = String(agent?.id);
    expect((await cli('list', organization)).stdout).toContain(`${id}  south/of-south  idle\n`);
    expect(await cli('drain', id)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /^agent-\w+ {2}of-south {2}idle {2}drained since \S+, has nothing left to do\n$/,
      ),
    });
    const drained = await run(south.workspaceId);
    const listed = JSON.parse((await cli('list', organization, '--json')).stdout) as {
      agents: Record<string, unknown>[];
    };
    expect(listed.agents.map((each) => [each['name'], each['drained-at'] !== null])).toEqual([
      ['of-north', false],
      ['of-south', true],
    ]);
    // A run of another pool is planned and applied meanwhile.
    await until(client, await run(north.workspaceId), 'final');
    expect((await client.runs.read(drained)).data.attributes.status).toBe('plan_queued');
    expect((await cli('resume', id)).stdout).toBe(`${id}  of-south  idle\n`);
    expect((await until(client, drained, 'final')).attributes.status).toBe('planned_and_finished');
    expect(await cli('drain', 'agent-0000000000000000')).toMatchObject({ exitCode: 1 });
  });
});
