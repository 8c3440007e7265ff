import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { pageIn, postForm } from '../support/approval-form.ts';
import { readyWorkspace, createRun, statusOf } from '../support/scenario.ts';
import { claim, mustClaim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, type ApiAnswer, type TestServer } from '../support/server.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** A server that is killed without warning and restarted on the same data. */
let child: ServerProcess;
let server: TestServer;
beforeAll(async () => {
  child = await startServerProcess({ RUNWRIGHT_RUNNERS: '0', RUNWRIGHT_AGENT_TOKEN: AGENT_TOKEN });
  // The part of a test server that calls over HTTP need.
  server = { url: child.url, call } as TestServer;
});
afterAll(async () => await child.remove());

const call: TestServer['call'] = async (method, path, body, token = ADMIN_TOKEN) => {
  const response = await fetch(path.startsWith('http') ? path : `${child.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/vnd.api+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (text.startsWith('{') ? JSON.parse(text) : {}) as ApiAnswer['body'],
  };
};

async function connect(options: ConstructorParameters<typeof Client>[1] = {}) {
  const transport = new StreamableHTTPClientTransport(new URL(`${child.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } },
  });
  const client = new Client({ name: 'test', version: '0' }, options);
  await client.connect(transport);
  const tool = async (name: string, args: Record<string, unknown> = {}) =>
    readToolAnswer(await client.callTool({ name, arguments: args }));
  return { client, transport, tool };
}

/** Another token of the same user, since an approval with the agent's own token is refused. */
async function addPersonsToken(): Promise<string> {
  const { body } = await call('GET', '/api/v2/account/details');
  const made = await call('POST', `/api/v2/users/${body.data.id}/authentication-tokens`, {
    data: { type: 'authentication-tokens', attributes: { description: 'of a person' } },
  });
  return String(made.body.data.attributes['token']);
}

test('after a restart the session is gone, its client is told, and a pending approval can be given once', async () => {
  const { workspaceId } = await readyWorkspace(server, { 'mcp-apply-approval': true });
  const runId = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  const session = await connect();
  const modern = await connect({ versionNegotiation: { mode: { pin: '2026-07-28' } } });
  const asked = await session.tool('apply_run', { run_id: runId });
  const url = pageIn(asked.text);
  const { ticket } = await postForm(url, { token: await addPersonsToken() });

  await child.kill();
  await child.restart();

  await expect(session.tool('whoami')).rejects.toMatchObject({ status: 404 });
  await session.client.close();
  const again = await connect();
  expect((await again.tool('get_run_details', { run_id: runId })).result?.summary['status']).toBe('planned');
  // Asking again leads to the same page, not to a second one.
  expect((await again.tool('apply_run', { run_id: runId })).text).toContain(url);
  expect((await modern.tool('whoami')).isError).toBe(false);

  // The form that the person saw before the restart is still valid.
  expect(await statusOf(server, runId)).toBe('planned');
  const decided = await postForm(url, { ticket, decision: 'confirmed' });
  expect(decided.status, decided.text).toBe(200);

  expect(await statusOf(server, runId)).toBe('apply_queued');
  expect((await postForm(url, { ticket, decision: 'confirmed' })).status).toBe(409);
  expect((await postForm(url, { ticket, decision: 'rejected' })).status).toBe(409);
  const apply = await mustClaim(server);
  expect([apply.run.id, apply.phase]).toEqual([runId, 'apply']);
  await apply.finish({ outcome: 'succeeded', engineVersion: '1.11.4' });
  expect(await claim(server)).toBeUndefined();
  expect((await modern.tool('apply_run', { run_id: runId })).result?.summary).toMatchObject({
    already: true,
  });
  await again.client.close();
  await modern.client.close();
});
