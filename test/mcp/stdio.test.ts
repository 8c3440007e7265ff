import { createClient } from '@runwright/client';
import { spawn } from 'node:child_process';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { uploadFolder } from '../../src/cli/upload/upload-folder.ts';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { readToolAnswer, type ToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { EXAMPLE, PROGRAM, startAgent, type AgentProcess } from '../cli/agent-process.ts';
import { needs } from '../support/programs.ts';
import { createOrganization, createWorkspace, readyWorkspace } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

interface StdioTools {
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
  stderr(): string;
}

const open: InstanceType<typeof Client>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

async function openTools(env: Record<string, string>): Promise<StdioTools> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, 'mcp'],
    env,
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(transport);
  open.push(client);
  return {
    call: async (name, args = {}) => readToolAnswer(await client.callTool({ name, arguments: args })),
    stderr: () => stderr,
  };
}

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const settings = () => ({ TFC_ADDRESS: server.url, TFC_TOKEN: ADMIN_TOKEN });

needs('terraform')('an AI agent, from create_run to applied', () => {
  let agent: AgentProcess;
  beforeAll(async () => {
    agent = await startAgent(server.url);
  });
  afterAll(() => agent.stop());

  async function detailsWhen(
    tools: StdioTools,
    runId: unknown,
    isReached: (summary: Readonly<Record<string, unknown>>) => boolean,
  ): Promise<Readonly<Record<string, unknown>>> {
    for (;;) {
      const { result, text } = await tools.call('get_run_details', { run_id: runId });
      if (result === undefined) throw new Error(text);
      if (isReached(result.summary)) return result.summary;
      if (result.summary['is_final'] === true) throw new Error(`the run ended: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async function workspaceWithExample(): Promise<string> {
    const workspaceId = await createWorkspace(server, await createOrganization(server));
    await uploadFolder(createClient({ address: server.url, token: ADMIN_TOKEN }), workspaceId, EXAMPLE, {});
    return workspaceId;
  }

  test('plans, shows the counts and applies with a comment; a second apply does nothing', async () => {
    const tools = await openTools(settings());
    const workspaceId = await workspaceWithExample();
    const created = await tools.call('create_run', {
      workspace_id: workspaceId,
      params: { message: 'From an agent', variables: [{ key: 'server_count', value: '1' }] },
    });
    expect(created.isError).toBe(false);
    const runId = created.result?.summary['id'];

    const planned = await detailsWhen(tools, runId, ({ needs }) => needs === 'confirmation');
    expect(planned).toMatchObject({
      status: 'planned',
      possible_actions: ['apply', 'discard'],
      planned_additions: 5,
      planned_changes: 0,
      planned_destructions: 0,
    });

    const applied = await tools.call('apply_run', { run_id: runId, comment: 'Approved' });
    expect(applied.result?.summary).toMatchObject({ previous_status: 'planned', comment_recorded: true });
    await detailsWhen(tools, runId, ({ status }) => status === 'applied');

    const again = await tools.call('apply_run', { run_id: runId });
    expect(again.result?.summary).toMatchObject({ status: 'applied', already: true });
    const late = await tools.call('discard_run', { run_id: runId });
    expect(late.isError).toBe(true);
    expect(late.text).toContain('conflict_state');
    expect(late.text).toContain('possible now: no action');

    const comments = await server.call('GET', `/api/v2/runs/${String(runId)}/comments`);
    expect(comments.text).toContain('Approved');
    const listed = await tools.call('list_runs_in_workspace', {
      workspace_id: workspaceId,
      filter_operation: 'apply',
      filter_source: 'api',
      filter_status_group: 'completed',
    });
    expect(listed.result?.data).toMatchObject([{ id: runId, attributes: { message: 'From an agent' } }]);
  });

  test('shows a destroy run and discards it', async () => {
    const tools = await openTools(settings());
    const workspaceId = await workspaceWithExample();
    const apply = await tools.call('create_run', { workspace_id: workspaceId, params: { auto_apply: true } });
    await detailsWhen(tools, apply.result?.summary['id'], ({ status }) => status === 'applied');
    const destroy = await tools.call('create_run', {
      workspace_id: workspaceId,
      params: { is_destroy: true },
    });
    const runId = destroy.result?.summary['id'];
    const planned = await detailsWhen(tools, runId, ({ needs }) => needs === 'confirmation');
    expect(planned).toMatchObject({ is_destroy: true, planned_additions: 0, planned_destructions: 9 });
    const discarded = await tools.call('discard_run', { run_id: runId });
    expect(discarded.result?.summary).toMatchObject({ status: 'discarded', is_final: true });
  });
});

describe('without a runner', () => {
  test('a waiting run is canceled, and force-cancel explains that nothing is left to kill', async () => {
    const tools = await openTools(settings());
    const { workspaceId } = await readyWorkspace(server);
    const created = await tools.call('create_run', { workspace_id: workspaceId });
    const runId = created.result?.summary['id'];
    const canceled = await tools.call('cancel_run', { run_id: runId, comment: 'no need' });
    expect(canceled.result?.summary).toMatchObject({ status: 'canceled', is_final: true });
    const forced = await tools.call('force_cancel_run', { run_id: runId });
    expect(forced.text).toContain('force_cancel_run failed: conflict_state');
  });

  test('filters in both vocabularies find the same runs', async () => {
    const tools = await openTools(settings());
    const { workspaceId } = await readyWorkspace(server);
    await tools.call('create_run', { workspace_id: workspaceId, params: { plan_only: true } });
    await tools.call('create_run', {
      workspace_id: workspaceId,
      params: { plan_only: true, is_destroy: true },
    });
    const count = async (filter_operation: string): Promise<unknown> => {
      const { result } = await tools.call('list_runs_in_workspace', {
        workspace_id: workspaceId,
        filter_operation,
      });
      return result?.summary['shown'];
    };
    expect(await count('plan_only')).toBe(2);
    expect(await count('plan')).toBe(1);
    expect(await count('plan_destroy')).toBe(1);
    expect(await count('plan,plan_destroy')).toBe(2);
    expect(await count('apply,destroy')).toBe(0);
  });

  test('a missing workspace or run is answered like one without access', async () => {
    const tools = await openTools(settings());
    const created = await tools.call('create_run', { workspace_id: 'ws-0000000000000000' });
    expect(created.text).toContain('not_found_or_no_access');
    const read = await tools.call('get_run_details', { run_id: 'run-0000000000000000' });
    expect(read.text).toContain('or your token cannot see it');
  });

  test('a wrong or missing token is answered with what to set, and no token is ever written', async () => {
    const wrong = await openTools({ TFC_ADDRESS: server.url, TFC_TOKEN: 'a-wrong-token-0123456789' });
    const refused = await wrong.call('get_run_details', { run_id: 'run-0000000000000000' });
    expect(refused.text).toContain('get_run_details failed: unauthorized');
    expect(wrong.stderr() + refused.text).not.toContain('a-wrong-token-0123456789');

    const missing = await openTools({ TFC_ADDRESS: server.url });
    const answer = await missing.call('create_run', { workspace_id: 'ws-0000000000000000' });
    expect(answer.text).toContain('TFC_TOKEN');
    expect(missing.stderr()).toContain('no API token');

    const lost = await openTools({ TFC_ADDRESS: 'tfe.example.com', TFC_TOKEN: 'x' });
    expect((await lost.call('get_run_details', { run_id: 'x' })).text).toContain('TFC_ADDRESS');
  });

  test('stdout carries only the protocol, and the server ends with its input', async () => {
    const child = spawn(process.execPath, [PROGRAM, 'mcp'], {
      env: { PATH: process.env['PATH'], ...settings() },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    const exited = new Promise<number | null>((resolve) => {
      child.once('close', resolve);
    });
    const send = (message: object): void => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    };
    send({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'old', version: '1' } },
    });
    send({ method: 'notifications/initialized' });
    send({ id: 2, method: 'tools/list' });
    await expect.poll(() => stdout.trimEnd().split('\n').length, { timeout: 20_000 }).toBe(2);
    child.stdin.end();
    expect(await exited).toBe(0);
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { jsonrpc: string; id: number });
    expect(messages.map(({ jsonrpc, id }) => [jsonrpc, id])).toEqual([
      ['2.0', 1],
      ['2.0', 2],
    ]);
  });
});
