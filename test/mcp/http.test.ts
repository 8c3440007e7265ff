import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { createRun, readyWorkspace, uniqueName } from '../support/scenario.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

const open: InstanceType<typeof Client>[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((client) => client.close()));
});

const MODERN = { mode: { pin: '2026-07-28' } } as const;

async function connect(
  token = ADMIN_TOKEN,
  { isModern = false, headers = {} }: { isModern?: boolean; headers?: Record<string, string> } = {},
) {
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${token}`, ...headers } },
  });
  const client = new Client({ name: 'test', version: '0' }, isModern ? { versionNegotiation: MODERN } : {});
  await client.connect(transport);
  open.push(client);
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    readToolAnswer(await client.callTool({ name, arguments: args }));
  return { client, transport, call };
}

interface RawAnswer {
  status: number;
  headers: Headers;
  text: string;
}

async function post(body: unknown, headers: Record<string, string> = {}, token: string | null = ADMIN_TOKEN) {
  const response = await fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'raw', version: '0' },
  },
};

/** Sends a request with another Host header, which fetch cannot do. */
async function postFrom(headers: Record<string, string>): Promise<RawAnswer> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      `${server.url}/mcp`,
      {
        method: 'POST',
        headers: {
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${ADMIN_TOKEN}`,
          ...headers,
        },
      },
      (incoming) => {
        let text = '';
        incoming.on('data', (piece: Buffer) => (text += piece.toString()));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: new Headers(), text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(INITIALIZE));
  });
}

describe.each([
  ['a client of the 2025 protocols', false],
  ['a client of 2026-07-28', true],
])('%s', (_name, isModern) => {
  test('works on runs with its own token', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const { client, call } = await connect(ADMIN_TOKEN, { isModern });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('create_run');
    const created = await call('create_run', { workspace_id: workspaceId, params: { plan_only: true } });
    expect(created.isError, created.text).toBe(false);
    const runId = String(created.result?.summary['id']);
    const { body } = await server.call('GET', `/api/v2/runs/${runId}`);
    expect(body.data.attributes['status']).toBe('plan_queued');
    await call('add_run_comment', { run_id: runId, body: 'Looks right' });
    await server.call('POST', `/api/v2/runs/${runId}/comments`, {
      data: { attributes: { body: 'By hand' } },
    });
    expect((await call('list_run_comments', { run_id: runId })).text.split('\n')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/admin \(user-\w{16}\) through test 0 at [^ ]+: Looks right$/),
        expect.stringMatching(/admin \(user-\w{16}\) at [^ ]+: By hand$/),
      ]),
    );
    await call('cancel_run', { run_id: runId });
    const { text } = await call('get_run_details', { run_id: runId });
    expect(text).toMatch(/canceled_by: "admin \(user-\w{16}\) through test 0 at /);
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
    expect(events.body.data.map(({ attributes }) => [attributes['action'], attributes['agent']])).toEqual([
      ['queued', 'test 0'],
      ['plan_queued', null],
      ['commented', 'test 0'],
      ['commented', null],
      ['canceled', 'test 0'],
    ]);
    const entries = await server.platform.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('resource_id', '=', runId)
      .where('action', '=', 'create')
      .execute();
    expect(entries).toMatchObject([{ actor_kind: 'user', address: '127.0.0.1' }]);
  });

  test('sees what its token may see, and nothing else', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    const stranger = await server.addUser(uniqueName('stranger'), []);
    const { call } = await connect(stranger, { isModern });
    const answer = await call('get_run_details', { run_id: runId });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain('not_found_or_no_access');
  });

  test('can switch tools off with a header, but never on', async () => {
    const { client } = await connect(ADMIN_TOKEN, {
      isModern,
      headers: { 'x-mcp-readonly': 'true', 'x-mcp-toolsets': 'runs' },
    });
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(0);
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
    const loose = await connect(ADMIN_TOKEN, { isModern, headers: { 'x-mcp-readonly': 'false' } });
    const names = (await loose.client.listTools()).tools.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('delete_'))).toEqual([]);
  });
});

test('limits that a session did not start with are refused, not ignored', async () => {
  const begin = async (headers: Record<string, string>) => {
    const { headers: answered } = await post(INITIALIZE, headers);
    return { 'mcp-session-id': answered.get('mcp-session-id') ?? '' };
  };
  const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
  const limit = { 'x-mcp-readonly': 'true' };
  const open = await begin({});
  const late = await post(list, { ...open, ...limit });
  expect([late.status, late.text]).toEqual([400, expect.stringContaining('initialize a new one')]);
  expect((await post(list, open)).text).toContain('create_run');
  const limited = await begin(limit);
  for (const headers of [limit, {}]) {
    const { status, text } = await post(list, { ...limited, ...headers });
    expect([status, text.includes('get_run_details'), text.includes('create_run')]).toEqual([
      200,
      true,
      false,
    ]);
  }
  expect((await post(list, { ...limited, 'x-mcp-readonly': 'false' })).status).toBe(400);
  // An unknown session is answered 404, after which clients start a new one.
  expect((await post(list, { 'mcp-session-id': 'gone', ...limit })).status).toBe(404);
});

test('the server speaks 2025-06-18, 2025-11-25 and 2026-07-28', async () => {
  for (const version of ['2025-06-18', '2025-11-25']) {
    const answer = await post({
      ...INITIALIZE,
      params: { ...INITIALIZE.params, protocolVersion: version },
    });
    expect(answer.text).toContain(`"protocolVersion":"${version}"`);
  }
  const { client } = await connect(ADMIN_TOKEN, { isModern: true });
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
});

describe('callers', () => {
  test('without a token are refused with the address of the metadata', async () => {
    const answer = await post(INITIALIZE, {}, null);
    expect(answer.status).toBe(401);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    const [, url = ''] = /^Bearer resource_metadata="([^"]+)"$/.exec(challenge) ?? [];
    expect(url).toBe(`${server.url}/.well-known/oauth-protected-resource/mcp`);
    const metadata = (await (await fetch(url)).json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({
      resource: `${server.url}/mcp`,
      bearer_methods_supported: ['header'],
    });
    // A client would ask such a server for a token, and there is none.
    expect(metadata).not.toHaveProperty('authorization_servers');
    expect(answer.text).toContain(String(metadata['resource_documentation']));
    expect((await fetch(String(metadata['resource_documentation']))).status).toBe(200);
    const root = await fetch(`${server.url}/.well-known/oauth-protected-resource`);
    expect(await root.json()).toEqual(metadata);
  });

  test.each(['wrong', 'two words', '', ADMIN_TOKEN.slice(0, -1)])(
    'nobody with the token %j',
    async (token) => {
      const answer = await post(INITIALIZE, {}, token);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
    },
  );

  test("with a runner's token are refused", async () => {
    expect((await post(INITIALIZE, {}, AGENT_TOKEN)).status).toBe(404);
  });

  test.each([
    ['another Host', { host: 'evil.example' }],
    ['another Host with the port of this one', { host: 'evil.example:8080' }],
    ['no Host that can be read', { host: 'a b' }],
    ['the page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a file', { origin: 'file://localhost' }],
  ])('with %s are refused', async (_name, headers) => {
    expect((await postFrom(headers)).status).toBeGreaterThanOrEqual(400);
    expect((await postFrom(headers)).status).toBeLessThan(404);
  });

  test('on pages and in programs of this machine are accepted', async () => {
    expect((await postFrom({ host: 'localhost:1', origin: 'http://localhost:6274' })).status).toBe(200);
  });
});

describe('sessions', () => {
  const begin = async (token?: string) => {
    const answer = await post(INITIALIZE, {}, token);
    return answer.headers.get('mcp-session-id') ?? '';
  };
  const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };

  test('belong to one token: another user, and no token, cannot use them', async () => {
    const id = await begin();
    expect((await post(ping, { 'mcp-session-id': id })).status).toBe(200);
    const other = await server.addUser(uniqueName('other'), []);
    expect((await post(ping, { 'mcp-session-id': id }, other)).status).toBe(404);
    expect((await post(ping, { 'mcp-session-id': id }, null)).status).toBe(401);
    const end = await fetch(`${server.url}/mcp`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${other}`, 'mcp-session-id': id },
    });
    expect(end.status).toBe(404);
    expect((await post(ping, { 'mcp-session-id': id })).status).toBe(200);
  });

  test('cannot be used once they are ended', async () => {
    const id = await begin();
    await fetch(`${server.url}/mcp`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'mcp-session-id': id },
    });
    const answer = await post(ping, { 'mcp-session-id': id });
    expect(answer.status).toBe(404);
    expect(answer.text).toContain('initialize');
  });

  test('of one user replace the oldest one when there are too many', async () => {
    const token = await server.addUser(uniqueName('busy'), []);
    const ids: string[] = [];
    for (let count = 0; count < 21; count += 1) ids.push(await begin(token));
    expect((await post(ping, { 'mcp-session-id': ids[0] ?? '' }, token)).status).toBe(404);
    expect((await post(ping, { 'mcp-session-id': ids[20] ?? '' }, token)).status).toBe(200);
  });

  test('end with their token', async () => {
    const token = await server.addUser(uniqueName('leaving'), []);
    const id = await begin(token);
    await server.platform.db
      .updateTable('token')
      .set({ expires_at: new Date(0) })
      .where('user_id', 'in', (users) =>
        users.selectFrom('users').select('id').where('username', 'like', '%leaving%'),
      )
      .execute();
    expect((await post(ping, { 'mcp-session-id': id }, token)).status).toBe(401);
  });
});

describe('malformed requests get no 5xx', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{"jsonrpc"'],
    ['null', 'null'],
    ['a number', '7'],
    ['an empty list', '[]'],
    ['an empty object', '{}'],
    ['no method', '{"jsonrpc":"2.0","id":1}'],
    ['a request before initialize', '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'],
    ['initialize without parameters', '{"jsonrpc":"2.0","id":1,"method":"initialize"}'],
    ['two initializes', JSON.stringify([INITIALIZE, INITIALIZE])],
    ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['a NUL character', '{"jsonrpc":"2.0","id":1,"method":"\\u0000"}'],
    ['more than is taken', JSON.stringify('x'.repeat(5 * 1024 * 1024))],
  ])('%s', async (_name, body) => {
    const answer = await post(body);
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(200);
    expect(answer.status, answer.text).toBeLessThan(500);
  });

  test.each([
    ['content-type', 'text/plain'],
    ['accept', 'text/html'],
    ['mcp-session-id', 'no-such-session'],
    ['mcp-protocol-version', '1999-01-01'],
    ['mcp-protocol-version', '2026-07-28'],
    ['x-mcp-toolsets', 'evrything'],
    ['x-mcp-readonly', 'perhaps'],
  ])('%s: %s', async (name, value) => {
    const answer = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { [name]: value });
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(answer.status, answer.text).toBeLessThan(500);
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'])('%s without a session', async (method) => {
    const response = await fetch(`${server.url}/mcp`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, accept: 'text/event-stream' },
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
  });
});

test('a server with MCP switched off has no MCP endpoint', async () => {
  const off = await startTestServer({ RUNWRIGHT_MCP: 'off' });
  try {
    expect((await fetch(`${off.url}/mcp`, { method: 'POST' })).status).toBe(404);
  } finally {
    await off.close();
  }
});
