import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createClient } from '@runwright/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMcpEndpoint } from '../../src/mcp/http/endpoint.ts';
import { SESSION_LIMITS } from '../../src/mcp/http/sessions.ts';
import { startStandAlone, type StandAloneServer } from '../../src/mcp/http/stand-alone.ts';
import { startFakePlatform, type FakePlatform } from '../../src/mcp/testing/fake-platform.ts';
import { fakeRun, IDS, TOKEN } from '../../src/mcp/testing/fake-resources.ts';
import { readToolAnswer } from '../../src/mcp/testing/tool-caller.ts';

/** The status of the run, which plans until a test changes it. */
let status: string;
let platform: FakePlatform;
let server: StandAloneServer;
beforeEach(async () => {
  status = 'planning';
  platform = await startFakePlatform({
    [`GET runs/${IDS.run}`]: () => ({ body: { data: fakeRun(status) } }),
  });
  const options = { host: '127.0.0.1', port: 0, url: undefined, useOwnToken: false, version: '0' };
  server = await startStandAlone({ TFC_ADDRESS: platform.address }, options);
});
afterEach(async () => {
  await server.close();
  await platform.close();
});

describe.each([
  ['2025-11-25', {}],
  ['2026-07-28', { versionNegotiation: { mode: { pin: '2026-07-28' } } }],
] as const)('%s over HTTP', (version, options) => {
  /** The methods whose answers have not been read to their end. */
  const unfinished = new Set<string>();

  async function connect() {
    unfinished.clear();
    const transport = new StreamableHTTPClientTransport(new URL(server.url), {
      requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        const method = /"method":"([^"]*)"/.exec(String(init?.body))?.[1];
        if (method === undefined || response.body === null) return response;
        unfinished.add(method);
        const [ours, theirs] = response.body.tee();
        const ended = (): void => void unfinished.delete(method);
        void ours.pipeTo(new WritableStream()).then(ended, ended);
        return new Response(theirs, response);
      },
    });
    const client = new Client({ name: 'test', version: '0' }, options);
    await client.connect(transport);
    expect(client.getNegotiatedProtocolVersion()).toBe(version);
    return client;
  }
  const waiting = waitingFor(IDS.run);

  test('a waiting client gets the progress, and then the result', async () => {
    const client = await connect();
    const messages: string[] = [];
    const answer = await client.callTool(waiting, {
      onprogress: ({ message }) => {
        messages.push(message ?? '');
        if (messages.length === 2) status = 'planned';
      },
    });
    expect(readToolAnswer(answer).result?.summary).toMatchObject({ status: 'planned', timed_out: false });
    expect(messages.length).toBeGreaterThanOrEqual(2);
    expect(messages[0]).toContain(`run ${IDS.run} is planning`);
    await client.close();
  });

  test('a client that did not ask for progress gets none', async () => {
    const client = await connect();
    const seen: string[] = [];
    client.fallbackNotificationHandler = async ({ method }) => void seen.push(method);
    const call = client.callTool({ ...waiting, arguments: { ...waiting.arguments, timeout_s: 1 } });
    expect(readToolAnswer(await call).result?.summary).toMatchObject({ timed_out: true });
    expect(seen).toEqual([]);
    await client.close();
  });

  test('a cancel ends the wait: nothing is read again, and the answer ends', async () => {
    const client = await connect();
    const gaveUp = new AbortController();
    const call = client.callTool(waiting, { signal: gaveUp.signal, onprogress: () => gaveUp.abort() });
    await expect(call).rejects.toThrow();
    // If the tool were still polling, this would be open for the 45 seconds that the tool waits.
    await expect.poll(() => [...unfinished], { timeout: 10_000 }).toEqual([]);
    const answer = await client.callTool({ name: 'get_run_details', arguments: { run_id: IDS.run } });
    expect(answer.isError ?? false).toBe(false);
    platform.take();
    // This is longer than the pause between two polls.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(platform.take()).toEqual([]);
    await client.close();
  });
});

describe('an idle session', () => {
  const caller = { token: TOKEN, name: 'somebody', address: '127.0.0.1' };
  const INITIALIZE = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '0' } },
  };

  test('is forgotten, unless it waits for an answer', async () => {
    const endpoint = createMcpEndpoint({
      settingsFor: () => ({
        version: '0',
        client: createClient({ address: platform.address, token: TOKEN, userAgent: 'test' }),
      }),
      onError: (error) => {
        throw error;
      },
      limits: { ...SESSION_LIMITS, idleMs: 1_000 },
    });
    const post = async (message: object, session?: string): Promise<Response> => {
      const body = JSON.stringify(message);
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      };
      return await endpoint.fetch(
        new Request('http://localhost/mcp', { method: 'POST', headers, body }),
        body,
        caller,
      );
    };
    const begin = async (): Promise<string> => {
      const response = await post(INITIALIZE);
      await response.text();
      return response.headers.get('mcp-session-id') ?? '';
    };
    const busy = await begin();
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: waitingFor(IDS.run) };
    const answer = await post(call, busy);
    const idle = await begin();
    await expect.poll(() => endpoint.sessionCount(), { timeout: 10_000 }).toBe(1);

    const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
    const gone = await post(ping, idle);
    expect([gone.status, await gone.text()]).toEqual([404, expect.stringContaining('initialize a new one')]);
    const alive = await post(ping, busy);
    expect([alive.status, await alive.text()]).toEqual([200, expect.stringContaining('"result"')]);

    // A session whose request was canceled is idle too.
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } };
    expect((await post(cancel, busy)).status).toBe(202);
    expect(await answer.text()).not.toContain('"result"');
    await expect.poll(() => endpoint.sessionCount(), { timeout: 10_000 }).toBe(0);
    await endpoint.close();
  });
});

const waitingFor = (run_id: string) => ({ name: 'wait_for_run', arguments: { run_id } });
