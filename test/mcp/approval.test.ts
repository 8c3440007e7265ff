import { Client, StreamableHTTPClientTransport, type ElicitRequest } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { pageIn, postForm } from '../support/approval-form.ts';
import { createRun, readyWorkspace, statusOf, uniqueName } from '../support/scenario.ts';
import { claim, mustClaim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

async function callTool(token: string, name: string, args: Record<string, unknown>) {
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  const client = new Client({ name: 'test', version: '0' });
  await client.connect(transport);
  try {
    return readToolAnswer(await client.callTool({ name, arguments: args }));
  } finally {
    await client.close();
  }
}

async function askedRun() {
  // Steps that an earlier test has left are dropped.
  while ((await claim(server)) !== undefined);
  const { organization, workspaceId } = await readyWorkspace(server, { 'mcp-apply-approval': true });
  const runId = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const asked = await callTool(ADMIN_TOKEN, 'apply_run', { run_id: runId });
  return { organization, workspaceId, runId, asked, url: pageIn(asked.text) };
}

test('an apply asked for over MCP waits for a person, who applies it once', async () => {
  const { organization, runId, asked, url } = await askedRun();
  expect(asked.text).toContain('apply_run failed: approval_required');
  expect(asked.text).toContain('give the user this address');
  expect(await statusOf(server, runId)).toBe('planned');
  const bare = await (await fetch(url)).text();
  expect(bare).not.toContain(runId);

  expect((await postForm(url, { token: ADMIN_TOKEN })).text).toContain('token of the agent');
  const stranger = await server.addUser(uniqueName('stranger'), []);
  expect((await postForm(url, { token: stranger })).text).not.toContain(runId);
  const username = uniqueName('person');
  const person = await server.addUser(username, [organization]);
  const foreign = await postForm(url, { token: person }, { origin: 'https://evil.example' });
  expect(foreign.status).toBe(400);

  const shown = await postForm(url, { token: person });
  expect(shown.status, shown.text).toBe(200);
  expect(shown.text).toContain(runId);
  expect(shown.text).not.toContain(person);
  expect((await postForm(url, { token: person, decision: 'confirmed' })).text).toContain('ticket');
  expect(await statusOf(server, runId)).toBe('planned');
  const done = await postForm(url, { ticket: shown.ticket, decision: 'confirmed' });
  expect(done.status, done.text).toBe(200);
  expect(await statusOf(server, runId)).toBe('apply_queued');
  expect((await postForm(url, { ticket: shown.ticket, decision: 'confirmed' })).status).toBe(409);
  const entry = await server.platform.db
    .selectFrom('audit_entry')
    .innerJoin('users', 'users.id', 'audit_entry.user_id')
    .select('users.username')
    .where('resource_id', '=', runId)
    .where('action', '=', 'apply')
    .executeTakeFirstOrThrow();
  expect(entry.username).toBe(username);
});

test('a changed plan and an expired request are not approved; a rejection discards the run', async () => {
  const { organization, runId, url } = await askedRun();
  const person = await server.addUser(uniqueName('person'), [organization]);
  const { ticket } = await postForm(url, { token: person });
  const id = url.split('/').at(-1) ?? '';
  const change = async (columns: { plan_digest?: string; expires_at?: Date }) =>
    await server.platform.db.updateTable('run_approval').set(columns).where('id', '=', id).execute();
  const { plan_digest: digest } = await server.platform.db
    .selectFrom('run_approval')
    .select('plan_digest')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await change({ plan_digest: 'of another plan' });
  expect((await postForm(url, { ticket, decision: 'confirmed' })).text).toContain('not the one');
  await change({ plan_digest: digest, expires_at: new Date(0) });
  expect((await postForm(url, { ticket, decision: 'confirmed' })).status).toBe(409);
  expect(await statusOf(server, runId)).toBe('planned');
  await change({ expires_at: new Date(Date.now() + 60_000) });
  const tooLong = await postForm(url, { ticket, decision: 'rejected', reason: 'x'.repeat(10_001) });
  expect([tooLong.status, await statusOf(server, runId)]).toEqual([400, 'planned']);
  const reason = 'Not on a Friday <b>please</b>';
  expect((await postForm(url, { ticket, decision: 'rejected', reason })).status).toBe(200);
  expect(await statusOf(server, runId)).toBe('discarded');
  const comments = await server.platform.db
    .selectFrom('comment')
    .select('body')
    .where('run_id', '=', runId)
    .execute();
  expect(comments).toEqual([{ body: reason }]);
});

test('neither auto-apply nor switching it off lets an agent avoid approval; a person applies as usual', async () => {
  const { workspaceId, runId } = await askedRun();
  const auto = await callTool(ADMIN_TOKEN, 'create_run', {
    workspace_id: workspaceId,
    params: { auto_apply: true },
  });
  expect(auto.isError).toBe(true);
  const response = await fetch(`${server.url}/api/v2/workspaces/${workspaceId}`, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/vnd.api+json',
      'user-agent': 'runwright-mcp/0.1.0',
    },
    body: JSON.stringify({ data: { type: 'workspaces', attributes: { 'mcp-apply-approval': false } } }),
  });
  expect(response.status).toBe(422);
  expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(202);
});

describe.each([
  ['2025-11-25', {}],
  ['2026-07-28', { versionNegotiation: { mode: { pin: '2026-07-28' } } }],
] as const)('a client of %s that can open pages', (version, negotiation) => {
  /** Applies the run. The person at the client handles the page with `atThePage`. */
  async function applyWith(
    runId: string,
    atThePage: (url: string) => Promise<'accept' | 'decline' | 'cancel'>,
  ) {
    const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } },
    });
    const capabilities = { elicitation: { form: {}, url: {} } };
    const client = new Client({ name: 'test', version: '0' }, { capabilities, ...negotiation });
    const asked: ElicitRequest['params'][] = [];
    const completed: string[] = [];
    client.setRequestHandler('elicitation/create', async ({ params }) => {
      asked.push(params);
      return params.mode === 'url'
        ? { action: await atThePage(params.url) }
        : { action: 'accept', content: { confirm: true } };
    });
    client.setNotificationHandler('notifications/elicitation/complete', ({ params }) => {
      completed.push(params.elicitationId);
    });
    await client.connect(transport);
    const answer = await client.callTool({ name: 'apply_run', arguments: { run_id: runId } });
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    await client.close();
    return { ...readToolAnswer(answer), asked, completed };
  }

  async function plannedRun() {
    while ((await claim(server)) !== undefined);
    const { organization, workspaceId } = await readyWorkspace(server, { 'mcp-apply-approval': true });
    const runId = await createRun(server, workspaceId);
    await (await mustClaim(server)).finishPlan();
    const person = await server.addUser(uniqueName('person'), [organization]);
    const decide = async (url: string, decision: 'confirmed' | 'rejected'): Promise<'accept'> => {
      const { ticket } = await postForm(url, { token: person });
      expect((await postForm(url, { ticket, decision })).status).toBe(200);
      return 'accept';
    };
    return { runId, decide };
  }

  test('opens the page for its person, asks nothing else, and the apply then goes on', async () => {
    const { runId, decide } = await plannedRun();
    const applied = await applyWith(runId, async (url) => await decide(url, 'confirmed'));
    expect([applied.isError, applied.text]).toEqual([false, expect.stringContaining('approved on the page')]);
    expect(await statusOf(server, runId)).toBe('apply_queued');
    expect(applied.asked).toMatchObject([
      { mode: 'url', message: expect.stringContaining(runId) as unknown },
    ]);
    // Only one of the two protocols has a completion message.
    expect(applied.completed).toEqual(version === '2025-11-25' ? [expect.stringMatching(/^apr-/)] : []);
  });

  test('is told when its person rejects, and when its person does not open the page', async () => {
    const { runId, decide } = await plannedRun();
    for (const action of ['decline', 'cancel'] as const) {
      const left = await applyWith(runId, async () => await Promise.resolve(action));
      expect(left.text).toContain('apply_run failed: approval_declined');
      expect(await statusOf(server, runId)).toBe('planned');
    }
    const rejected = await applyWith(runId, async (url) => await decide(url, 'rejected'));
    expect(rejected.text).toContain('apply_run failed: approval_declined');
    expect(await statusOf(server, runId)).toBe('discarded');
  });
});
