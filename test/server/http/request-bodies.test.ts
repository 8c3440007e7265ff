/** The token and the limits of a request are checked before its body is read. */
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Access } from '../../../src/server/http/endpoint.ts';
import { allEndpoints } from '../../../src/server/server.ts';
import { makeTaskResult, makeTaskToken } from '../../support/check-scene.ts';
import { createOrganization, createRun, createWorkspace, readyWorkspace } from '../../support/scenario.ts';
import { sendHalf, sendRaw } from '../../support/half-request.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

const JSON_API = 'application/vnd.api+json';
const logged: string[] = [];
let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer({}, pino({ level: 'info' }, { write: (line: string) => logged.push(line) }));
  organization = await createOrganization(server);
  const { workspaceId } = await readyWorkspace(server);
  const { result } = await makeTaskResult(server, await createRun(server, workspaceId));
  TOKENS.task = await makeTaskToken(server.platform, result);
});
afterAll(async () => await server.close());

const withBodies = () => allEndpoints(server.platform).filter(({ method }) => method !== 'GET');
const address = (pattern: string): string => `${server.url}${pattern.replaceAll(/:[A-Za-z]+/g, 'nobody')}`;
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

const FRAMINGS: Record<string, string>[] = [
  { 'content-length': '50000000' },
  { 'transfer-encoding': 'chunked' },
];

test.each([
  ['without a token', {}, 401],
  ['with a wrong token', bearer('wrong'), 401],
])(
  'every route that asks for a token answers a request %s that never ends',
  async (_what, headers, status) => {
    for (const { access, method, url } of withBodies()) {
      if (access === 'anyone') continue;
      for (const framing of FRAMINGS) {
        const answer = await sendHalf(
          address(url),
          method,
          { ...headers, ...framing, 'content-type': JSON_API },
          '[0',
        );
        expect([method, url, answer.status]).toEqual([method, url, status]);
        expect(answer.headers['connection']).toBe('close');
        expect(JSON.parse(answer.text)).toMatchObject({ errors: [{ status: String(status) }] });
      }
    }
  },
);

const TOKENS: Partial<Record<Access, string>> = { agent: AGENT_TOKEN };

test('a wrong kind of token, and a body that is too large, encoded or of another type, is refused unread', async () => {
  for (const { access, method, url, streamed, form } of withBodies()) {
    const own = bearer(TOKENS[access] ?? ADMIN_TOKEN);
    const other = bearer(access === 'agent' ? ADMIN_TOKEN : AGENT_TOKEN);
    const send = async (headers: Record<string, string>) =>
      (
        await sendHalf(address(url), method, {
          'content-length': '100',
          'content-type': JSON_API,
          ...headers,
        })
      ).status;
    if (access !== 'anyone') expect([url, await send(other)]).toEqual([url, 404]);
    if (streamed) continue;
    const type: Record<string, string> = form ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
    expect([url, await send({ ...own, ...type, 'content-length': '70000000' })]).toEqual([url, 413]);
    expect([url, await send({ ...own, ...type, 'content-encoding': 'gzip' })]).toEqual([url, 415]);
    expect([url, await send({ ...own, 'content-type': 'text/plain' })]).toEqual([url, 415]);
  }
});

test('a state for a missing workspace and an upload to an unknown address are answered 404 unread', async () => {
  const headers = { ...bearer(ADMIN_TOKEN), 'content-type': JSON_API, 'content-length': '60000000' };
  const state = await sendHalf(
    `${server.url}/api/v2/workspaces/ws-none/state-versions`,
    'POST',
    headers,
    '{"data":',
  );
  expect(state.status).toBe(404);
  const upload = `${server.url}/api/v2/uploads/state-versions/sv-none/signature`;
  expect((await sendHalf(upload, 'PUT', headers, '{')).status).toBe(404);
  expect((await sendHalf(`${server.url}/api/v2/no-such-path`, 'POST', headers, '{')).status).toBe(404);
});

test('an answer to an unread body reaches a client that sends all of it first', async () => {
  const body = 'x'.repeat(40 * 1024 * 1024);
  for (const [token, status] of [
    [ADMIN_TOKEN, 404],
    [ADMIN_TOKEN, 413],
  ] as const) {
    const path = status === 404 ? '/api/v2/workspaces/ws-none/state-versions' : '/api/v2/organizations';
    const answer = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': JSON_API },
      body,
    });
    expect(answer.status).toBe(status);
  }
});

test('a small body that was refused unread leaves the connection usable', async () => {
  const request = `POST /api/v2/organizations HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;
  const answers = await sendRaw(
    server.url,
    `${request}Content-Length: 2\r\n\r\n{}${request}Connection: close\r\nContent-Length: 2\r\n\r\n{}`,
  );
  expect(answers.match(/HTTP\/1\.1 401/g)).toHaveLength(2);
});

test('a client that sends `Expect: 100-continue` may go on only if its body will be read', async () => {
  const send = async (token: string) =>
    await sendRaw(
      server.url,
      `POST /api/v2/organizations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n` +
        `Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n${token === ADMIN_TOKEN ? '{}' : ''}`,
    );
  expect(await send('wrong')).toMatch(/^HTTP\/1\.1 401/);
  expect(await send(ADMIN_TOKEN)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 422/);
});

test.each([
  ['too many values', `[${'0,'.repeat(200_000)}0]`, /more than 20000 values/],
  ['too many empty lists', `[${'[],'.repeat(200_000)}[]]`, /more than 20000 values/],
  ['too deep a nesting', `${'['.repeat(300_000)}`, /deeper than 64/],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), /not valid UTF-8/],
  ['an escaped NUL', '{"data":{"attributes":{"name":"a\\u0000"}}}', /NUL/],
  ['half a surrogate pair', '{"data":{"attributes":{"name":"\\uD800"}}}', /surrogate/],
  ['no JSON', '{"data":', /it breaks off.*"pointer":""/],
  ['a member twice', '{"data":{"attributes":{"name":"a","name":"b"}}}', /twice.*"\/data\/attributes\/name"/],
  [
    'a number for a text',
    '{"data":{"attributes":{"name":7,"email":"a@b.c"}}}',
    /Name must be a string, not 7.*attributes\/name"/,
  ],
  [
    'nothing for a text',
    '{"data":{"attributes":{"email":"a@b.c"}}}',
    /Name must be a string, and is missing/,
  ],
  ['a list for an object', '{"data":{"attributes":[]}}', /Attributes must be an object, not a list/],
])('a body of %s is refused with its fault and its place', async (_what, body, words) => {
  const answer = await fetch(`${server.url}/api/v2/organizations`, {
    method: 'POST',
    headers: { ...bearer(ADMIN_TOKEN), 'content-type': JSON_API },
    body,
  });
  expect(answer.status).toBe(422);
  const text = await answer.text();
  expect(text).toMatch(words);
  expect(JSON.parse(text)).toMatchObject({ errors: [{ source: { pointer: expect.any(String) } }] });
});

/** Whether the only error of an answer says that the form of the request is right. */
const saysWellFormed = ({ body }: { body: { errors?: unknown } }): boolean | undefined =>
  (body.errors as { meta?: { 'well-formed'?: boolean } }[])[0]?.meta?.['well-formed'];

test('a refusal says whether the form is right, and what is asked for does not fit', async () => {
  const workspaceId = await createWorkspace(server, organization);
  const change = async (attributes: object) =>
    await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, { data: { attributes } });
  const create = async (attributes: object, id = workspaceId) =>
    await server.call('POST', '/api/v2/runs', {
      data: {
        type: 'runs',
        attributes,
        relationships: { workspace: { data: { type: 'workspaces', id } } },
      },
    });
  for (const [what, answer, expected] of [
    ['a wrong type', await change({ description: 7 }), undefined],
    ['a word that is not one of the enum', await change({ engine: 'make' }), undefined],
    ['a name that is taken', await change({ name: await takenName() }), true],
    ['what does not go together', await change({ operations: true, 'execution-mode': 'remote' }), true],
    ['a text with a grammar', await change({ 'terraform-version': 'newest!' }), true],
    ['a run with a wrong type', await create({ 'is-destroy': 'yes' }), undefined],
    ['a run with an address that is none', await create({ 'target-addrs': ['1.2.3'] }), true],
    [
      'a run of options that exclude each other',
      await create({ 'save-plan': true, 'plan-only': true }),
      true,
    ],
    ['a run without a configuration', await create({}), true],
  ] as const) {
    expect([what, answer.status, saysWellFormed(answer)]).toEqual([what, 422, expected]);
  }
});

const takenName = async (): Promise<string> => {
  const id = await createWorkspace(server, organization);
  const { body } = await server.call('GET', `/api/v2/workspaces/${id}`);
  return String(body.data.attributes['name']);
};

test('a body in another character set is refused, and one with a byte order mark is read', async () => {
  const send = async (contentType: string, name: string) =>
    (
      await fetch(`${server.url}/api/v2/organizations`, {
        method: 'POST',
        headers: { ...bearer(ADMIN_TOKEN), 'content-type': contentType },
        body: `\ufeff{"data":{"attributes":{"name":"${name}","email":"a@example.com"}}}`,
      })
    ).status;
  expect(await send('application/json; charset=iso-8859-1', 'with-charset')).toBe(415);
  expect(await send('application/json; charset="UTF-8"', 'with-mark')).toBe(201);
});

test('a refusal quotes what was sent in part, without what acts on a terminal', async () => {
  const { body: teams } = await server.call('GET', `/api/v2/organizations/${organization}/teams`);
  const [team] = teams.data as unknown as { id: string }[];
  const { text, body } = await server.call('POST', `/api/v2/teams/${team?.id}/relationships/users`, {
    data: [{ type: 'users', id: `a\u001b[31m\u202eb${'x'.repeat(70_000)}` }],
  });
  expect(text.length).toBeLessThan(5_000);
  expect(body.errors?.[0]?.detail).toContain(String.raw`"a\u001b[31m\u202ebxxx`);
});

test('a body with very many faults is answered with some of them', async () => {
  const data = Array.from({ length: 90 }, () => ({ type: 'workspaces', id: [] }));
  const set = await server.call('POST', `/api/v2/organizations/${organization}/varsets`, {
    data: { type: 'varsets', attributes: { name: 'many' } },
  });
  const answer = await server.call('POST', `/api/v2/varsets/${set.body.data.id}/relationships/workspaces`, {
    data,
  });
  expect([answer.status, answer.body.errors?.length]).toEqual([422, 20]);
});

test('a request that was carried out is answered, even if garbage follows on its connection', async () => {
  const body = `{"data":{"type":"organizations","attributes":{"name":"followed","email":"a@example.com"}}}`;
  const answers = await sendRaw(
    server.url,
    `POST /api/v2/organizations HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${ADMIN_TOKEN}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}garbage that is no request\r\n\r\n`,
  );
  expect(answers).toMatch(/^HTTP\/1\.1 201 [\s\S]*HTTP\/1\.1 400 /);
});

test('two Host headers are refused', async () => {
  const answer = await sendRaw(
    server.url,
    'GET /api/v2/ping HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400/);
});

test('an aborted upload is no error of the server', async () => {
  const workspaceId = await createWorkspace(server, organization);
  const version = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
    data: { type: 'configuration-versions', attributes: {} },
  });
  logged.length = 0;
  const leaving = new AbortController();
  const upload = fetch(String(version.body.data.attributes['upload-url']), {
    method: 'PUT',
    signal: leaving.signal,
    duplex: 'half',
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('begun'));
      },
    }),
  } as RequestInit);
  setTimeout(() => leaving.abort(), 300);
  await expect(upload).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(logged.filter((line) => (JSON.parse(line) as { level: number }).level >= 40)).toEqual([]);
});

test('HEAD has the body headers of GET', async () => {
  const headers = { ...bearer(ADMIN_TOKEN), 'accept-encoding': 'gzip' };
  const path = `${server.url}/api/openapi.json`;
  const sent = await sendHalf(path, 'GET', headers);
  const head = await sendHalf(path, 'HEAD', headers);
  expect(head.headers['content-length']).toBe(sent.headers['content-length']);
  expect([head.headers['content-encoding'], head.text]).toEqual(['gzip', '']);
  const empty = await sendHalf(`${server.url}/api/v2/ping`, 'HEAD', {});
  expect([empty.status, empty.headers['content-length'], empty.headers['content-type']]).toEqual([
    204,
    undefined,
    undefined,
  ]);
});
