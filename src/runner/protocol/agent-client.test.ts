import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAgentClient, type AgentClient } from './agent-client.ts';
import { ServerAway } from './errors.ts';
import { retry } from './retry.ts';

const step = { id: 'plan-1', lease: 'the-lease' };

describe('the agent client', () => {
  let server: Server;
  let client: AgentClient;
  let answer: { status: number; body: string; headers?: Record<string, string> };
  const seen: { method?: string; url?: string; headers: NodeJS.Dict<string | string[]> }[] = [];

  beforeAll(async () => {
    server = createServer(({ method, url, headers }, response) => {
      seen.push({ method, url, headers });
      response.writeHead(answer.status, answer.headers).end(answer.status === 204 ? undefined : answer.body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = createAgentClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 'the-token');
  });
  afterAll(() => server.close());

  it('carries token and lease, to the path of the protocol', async () => {
    answer = { status: 200, body: '{"lengthBytes":7}' };
    expect(await client.writeLog(step, 4, Buffer.from('abc'))).toBe(7);
    expect(seen.at(-1)).toMatchObject({
      ...{ method: 'PUT', url: '/api/agent/v1/steps/plan-1/log?offset=4' },
      headers: { authorization: 'Bearer the-token', 'runwright-lease': 'the-lease' },
    });
  });

  it('tells the two meanings of 409 to a log upload apart', async () => {
    answer = { status: 409, body: '{"lengthBytes":2}' };
    expect(await client.writeLog(step, 4, Buffer.from('abc'))).toBe(2);
    answer = { status: 409, body: '{"errors":[]}' };
    await expect(client.writeLog(step, 4, Buffer.from('abc'))).rejects.toMatchObject({ name: 'LeaseLost' });
  });

  it.each([
    [409, 'LeaseLost'],
    [404, 'LeaseLost'],
    [503, 'ServerAway'],
    [429, 'ServerAway'],
    [422, 'ServerRefused'],
    [401, 'ServerRefused'],
  ])('treats %i as %s', async (status, name) => {
    answer = { status, body: '{}' };
    await expect(client.putState(step, Buffer.from('{}'), 1)).rejects.toMatchObject({ name });
  });

  it('does not repeat the page with which a proxy refuses a call', async () => {
    answer = { status: 413, body: '<html>\r\n<h1>413 Request Entity Too Large</h1></html>' };
    await expect(client.putState(step, Buffer.from('{}'), 1)).rejects.toMatchObject({
      name: 'ServerRefused',
      message: expect.stringMatching(
        /: 413 Payload Too Large \(a page of something before the server[^<>]*\)$/,
      ),
    });
  });

  it('sends its token to no other server', async () => {
    answer = { status: 307, body: '', headers: { location: 'http://127.0.0.1:9/' } };
    await expect(client.putState(step, Buffer.from('{}'), 1)).rejects.toMatchObject({ name: 'ServerAway' });
  });

  it('gets no work when there is none', async () => {
    answer = { status: 204, body: '' };
    expect(await client.claim('me', 0, new AbortController().signal)).toBeUndefined();
  });
});

describe('retry', () => {
  const options = { forMs: 5_000, firstDelayMs: 1, maxDelayMs: 2 };

  it('goes on while the server is away', async () => {
    let calls = 0;
    const call = () => (++calls < 4 ? Promise.reject(new ServerAway('x')) : Promise.resolve('done'));
    expect(await retry(call, options)).toBe('done');
    expect(calls).toBe(4);
  });

  it('gives up after its time, and at once on any other error', async () => {
    let calls = 0;
    const away = () => Promise.reject(new ServerAway(`call ${++calls}`));
    await expect(retry(away, { ...options, forMs: 0 })).rejects.toThrow('call 1');
    const broken = () => Promise.reject(new Error(`call ${++calls}`));
    await expect(retry(broken, options)).rejects.toThrow('call 2');
  });
});
