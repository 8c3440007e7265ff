import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { createClient, type Client } from './client.ts';
import { startRecordingServer, type RecordingServer } from './testing/recording-server.ts';

const TOKEN = 'secret-token';
const run = { data: { id: 'run-1', type: 'runs', attributes: { status: 'planned' } } };

let server: RecordingServer;
let elsewhere: RecordingServer;
let client: Client;

beforeEach(async () => {
  [server, elsewhere] = await Promise.all([startRecordingServer(), startRecordingServer()]);
  client = createClient({ address: server.address, token: TOKEN, userAgent: 'test/1' });
});
afterEach(() => Promise.all([server.close(), elsewhere.close()]));

async function failureOf(call: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await call.then(
    () => expect.unreachable('the call should have failed'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe('headers and paths', () => {
  test('every call carries the token, the JSON:API types and the user agent', async () => {
    server.on('GET /api/v2/runs/run-1', { body: run });
    server.on('POST /api/v2/runs/run-1/actions/apply', { status: 202 });
    await client.runs.read('run-1');
    await client.runs.apply('run-1');
    const [read, apply] = server.requests;
    expect(read?.headers).toMatchObject({
      accept: 'application/vnd.api+json',
      authorization: `Bearer ${TOKEN}`,
      'user-agent': 'test/1',
    });
    expect(read?.headers['content-type']).toBeUndefined();
    expect(apply?.headers['content-type']).toBe('application/vnd.api+json');
    expect(apply?.body).toBe('');
  });

  test('an id can never reach another path', async () => {
    server.on('*', { body: run });
    await client.workspaces.readByName('acme', '../../admin?x=1#y');
    expect(server.requests[0]?.url).toBe('/api/v2/organizations/acme/workspaces/..%2F..%2Fadmin%3Fx%3D1%23y');
    await expect(client.runs.read('..')).rejects.toThrow(RangeError);
    await expect(client.runs.read('')).rejects.toThrow(RangeError);
    expect(server.requests).toHaveLength(1);
  });

  test('an address below a path and with a trailing slash is kept', async () => {
    server.on('*', { body: run });
    await createClient({ address: `${server.address}/tfe/`, token: TOKEN }).runs.read('run-1');
    expect(server.requests[0]?.url).toBe('/tfe/api/v2/runs/run-1');
  });

  test.each(['app.terraform.io', 'ftp://host', 'http://user:pw@host', 'https://host/?a=1', ''])(
    'the address %j is refused before any call',
    (address) => {
      expect(() => createClient({ address })).toThrow(TypeError);
    },
  );
});

describe('redirects', () => {
  test('a redirect to another origin is followed without the token', async () => {
    server.on('GET /api/v2/plans/plan-1/json-output', {
      status: 307,
      headers: { location: `${elsewhere.address}/blob` },
    });
    elsewhere.on('GET /blob', { body: { planned_values: {} } });
    await expect(client.plans.jsonOutput('plan-1')).resolves.toEqual({ planned_values: {} });
    expect(elsewhere.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('the token does not come back when the other origin redirects home', async () => {
    server.on('GET /api/v2/plans/plan-1/json-output', {
      status: 302,
      headers: { location: `${elsewhere.address}/hop` },
    });
    elsewhere.on('GET /hop', { status: 302, headers: { location: `${server.address}/echo` } });
    server.on('GET /echo', { body: {} });
    await client.plans.jsonOutput('plan-1');
    expect(server.requests.at(-1)?.url).toBe('/echo');
    expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  test('a redirect within the origin keeps the token', async () => {
    server.on('GET /api/v2/runs/run-1', { status: 302, headers: { location: '/moved' } });
    server.on('GET /moved', { body: run });
    await client.runs.read('run-1');
    expect(server.requests.at(-1)?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test('a fourth hop is refused', async () => {
    server.on('*', { status: 302, headers: { location: '/again' } });
    const error = await failureOf(client.runs.read('run-1'));
    expect(error).toMatchObject({ code: 'upstream_error', detail: 'it redirects too often' });
    expect(server.requests).toHaveLength(4);
  });

  test('a redirected change is not followed', async () => {
    server.on('POST /api/v2/runs/run-1/actions/apply', {
      status: 307,
      headers: { location: `${elsewhere.address}/x` },
    });
    expect(await failureOf(client.runs.apply('run-1'))).toMatchObject({ title: 'unexpected redirect' });
    expect(elsewhere.requests).toHaveLength(0);
  });

  test('a redirect from https to http is refused', async () => {
    const urls: string[] = [];
    const secure = createClient({
      address: 'https://tfe.example',
      token: TOKEN,
      fetch: (input) => {
        urls.push(String(input as URL));
        return Promise.resolve(
          new Response(null, { status: 302, headers: { location: `${elsewhere.address}/x` } }),
        );
      },
    });
    expect(await failureOf(secure.runs.read('run-1'))).toMatchObject({ title: 'unsafe address' });
    expect(await failureOf(secure.readLog('http://tfe.example/log'))).toMatchObject({
      title: 'unsafe address',
    });
    expect(urls).toEqual(['https://tfe.example/api/v2/runs/run-1']);
  });
});

describe('repeating', () => {
  test.each([429, 502, 503, 504])('a read is repeated after %i', async (status) => {
    server.on('GET /api/v2/runs/run-1', (_, count) =>
      count === 1 ? { status, headers: { 'retry-after': '0' } } : { body: run },
    );
    await client.runs.read('run-1');
    expect(server.requests).toHaveLength(2);
  });

  test('a change is repeated after 429, which says that nothing happened', async () => {
    server.on('POST /api/v2/runs/run-1/actions/apply', (_, count) =>
      count === 1 ? { status: 429, headers: { 'x-ratelimit-reset': '0.01' } } : { status: 202 },
    );
    await client.runs.apply('run-1');
    expect(server.requests).toHaveLength(2);
  });

  test.each([500, 502, 503, 504])(
    'a change is sent once and its outcome is unknown after %i',
    async (status) => {
      server.on('POST /api/v2/runs/run-1/actions/apply', { status });
      const error = await failureOf(client.runs.apply('run-1'));
      expect(error).toMatchObject({ code: 'upstream_error', status, mayHaveHappened: true });
      expect(server.requests).toHaveLength(1);
    },
  );

  test('a server that asks for a long wait gets no second attempt', async () => {
    server.on('GET /api/v2/runs/run-1', { status: 429, headers: { 'retry-after': '3600' } });
    const error = await failureOf(client.runs.read('run-1'));
    expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 3_600_000 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('answers', () => {
  test.each([
    ['an empty 202', { status: 202 }],
    ['a 202 with null', { status: 202, body: 'null' }],
    ['a 202 with something else', { status: 202, body: 'accepted' }],
    ['a 204', { status: 204 }],
  ])('%s is success', async (_, reply) => {
    server.on('POST /api/v2/runs/run-1/actions/cancel', reply);
    await expect(client.runs.cancel('run-1')).resolves.toBeUndefined();
  });

  test('json-output of an unfinished plan is undefined', async () => {
    server.on('GET /api/v2/plans/plan-1/json-output', { status: 204 });
    await expect(client.plans.jsonOutput('plan-1')).resolves.toBeUndefined();
  });

  test('a JSON:API error keeps all of its content', async () => {
    const entry = {
      status: '422',
      title: 'invalid attribute',
      detail: 'Name has already been taken',
      source: { pointer: '/data/attributes/name' },
    };
    server.on('POST /api/v2/organizations', {
      status: 422,
      headers: { 'x-request-id': 'req-7' },
      body: { errors: [entry, { title: 'second' }] },
    });
    const error = await failureOf(client.organizations.create({ name: 'acme', email: 'a@b.c' }));
    expect(error).toMatchObject({
      code: 'invalid',
      status: 422,
      title: 'invalid attribute',
      detail: 'Name has already been taken',
      pointer: '/data/attributes/name',
      requestId: 'req-7',
      mayHaveHappened: false,
    });
    expect(error.errors).toHaveLength(2);
  });

  test("a proxy's HTML page becomes an upstream error with its words only", async () => {
    server.on('POST /api/v2/organizations', {
      status: 502,
      headers: { 'content-type': 'text/html' },
      body: '<html><style>b{}</style><h1>502 Bad\u0007 Gateway</h1></html>',
    });
    const error = await failureOf(client.organizations.create({ name: 'acme', email: 'a@b.c' }));
    expect(error).toMatchObject({ code: 'upstream_error', status: 502, detail: '502 Bad Gateway' });
  });

  test('a page where a document was expected is an upstream error', async () => {
    server.on('GET /api/v2/runs/run-1', { body: '<html>welcome</html>' });
    expect(await failureOf(client.runs.read('run-1'))).toMatchObject({ code: 'upstream_error', status: 200 });
  });
});

describe('resources without attributes', () => {
  test('are read, alone and in a list', async () => {
    const bare = { id: 'run-1', type: 'runs', relationships: { plan: { data: null } } };
    server.on('GET /api/v2/runs/run-1', { body: { data: bare } });
    server.on('GET /api/v2/workspaces/ws-1/runs', { body: { data: [bare, run.data] } });
    expect((await client.runs.read('run-1')).data).toEqual({ ...bare, attributes: {} });
    const { data } = await client.runs.listInWorkspace('ws-1');
    expect(data).toEqual([{ ...bare, attributes: {} }, run.data]);
  });
});

describe('connections', () => {
  test('a refused connection is unreachable and nothing can have happened', async () => {
    await elsewhere.close();
    elsewhere = await startRecordingServer();
    const gone = await startRecordingServer();
    await gone.close();
    const error = await failureOf(createClient({ address: gone.address }).runs.apply('run-1'));
    expect(error).toMatchObject({ code: 'unreachable', status: 0, mayHaveHappened: false });
    expect(error.detail).toContain('ECONNREFUSED');
  });

  test.each(['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'UND_ERR_CONNECT_TIMEOUT', 'ENETUNREACH'])(
    'nothing can have happened after %s',
    async (code) => {
      const cause = Object.assign(new Error('no'), { code });
      const fetch = () => Promise.reject(new TypeError('fetch failed', { cause }));
      const api = createClient({ address: server.address, fetch });
      const error = await failureOf(api.runs.create({ workspace_id: 'ws-1' }));
      expect(error).toMatchObject({ code: 'unreachable', mayHaveHappened: false });
    },
  );

  test('a connection cut after a change was sent leaves the outcome unknown and is not repeated', async () => {
    server.on('POST /api/v2/runs/run-1/actions/apply', { hangUp: 'at-once' });
    const error = await failureOf(client.runs.apply('run-1'));
    expect(error).toMatchObject({ code: 'unreachable', mayHaveHappened: true });
    expect(server.requests).toHaveLength(1);
  });

  test('an upload cut half way fails once, without the token', async () => {
    server.on('PUT /upload', { hangUp: 'while-receiving' });
    const version = {
      id: 'cv-1',
      type: 'configuration-versions',
      attributes: {
        status: 'pending',
        source: null,
        speculative: false,
        provisional: false,
        'auto-queue-runs': false,
        'upload-url': `${server.address}/upload`,
      },
    };
    const error = await failureOf(client.configurationVersions.upload(version, new Uint8Array(8_000_000)));
    expect(error).toMatchObject({ code: 'unreachable', mayHaveHappened: true });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  test('an answer that does not come in time is a timeout', async () => {
    server.on('GET /api/v2/runs/run-1', () => new Promise(() => undefined));
    const hasty = createClient({ address: server.address, timeoutMs: 50 });
    expect(await failureOf(hasty.runs.read('run-1'))).toMatchObject({ code: 'timeout', status: 0 });
  });

  test("the caller's abort ends the call with the caller's reason", async () => {
    const controller = new AbortController();
    const reason = new Error('changed my mind');
    server.on('GET /api/v2/runs/run-1', () => {
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    await expect(client.runs.read('run-1', { signal: controller.signal })).rejects.toBe(reason);
  });

  test('an abort while waiting for the next attempt ends the wait', async () => {
    const controller = new AbortController();
    server.on('GET /api/v2/runs/run-1', () => {
      setImmediate(() => {
        controller.abort(new Error('enough'));
      });
      return { status: 503, headers: { 'retry-after': '15' } };
    });
    await expect(client.runs.read('run-1', { signal: controller.signal })).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
  });
});
