import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startStandAlone, type StandAloneOptions } from '../../src/mcp/http/stand-alone.ts';
import { startFakePlatform, type FakePlatform } from '../../src/mcp/testing/fake-platform.ts';
import { IDS, TOKEN } from '../../src/mcp/testing/fake-resources.ts';
import { readToolAnswer } from '../../src/mcp/testing/tool-caller.ts';
import { PROGRAM } from '../cli/agent-process.ts';

let platform: FakePlatform;
beforeAll(async () => void (platform = await startFakePlatform()));
afterAll(async () => await platform.close());

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start(options: Partial<StandAloneOptions> = {}, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const server = await startStandAlone(
    { TFC_ADDRESS: platform.address, ...env },
    { host: '127.0.0.1', port: 0, url: undefined, useOwnToken: false, version: '0', ...options },
  );
  closing.push(server.close);
  return server.url;
}

const initialize = (protocolVersion: string) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 'raw', version: '0' } },
});

interface Raw {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  text: string;
}

/** Sends a request with another Host header, which fetch cannot do. */
async function send(
  url: string,
  headers: Record<string, string>,
  body?: object,
  method = 'POST',
): Promise<Raw> {
  return await new Promise((resolve, reject) => {
    const all = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...headers,
    };
    const outgoing = request(url, { method, headers: all }, (incoming) => {
      let text = '';
      incoming.on('data', (piece: Buffer) => (text += piece.toString()));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const bearer = { authorization: `Bearer ${TOKEN}` };

describe('three versions of the protocol', () => {
  test.each(['2025-06-18', '2025-11-25'])('%s, in a session', async (version) => {
    const url = await start();
    const begun = await send(url, bearer, initialize(version));
    expect(begun.text).toContain(`"protocolVersion":"${version}"`);
    const session = {
      ...bearer,
      'mcp-session-id': String(begun.headers['mcp-session-id']),
      'mcp-protocol-version': version,
    };
    const ready = { jsonrpc: '2.0', method: 'notifications/initialized' };
    expect((await send(url, session, ready)).status).toBe(202);
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
    expect((await send(url, session, call)).text).toContain('"username":"ann"');
    expect((await send(url, session, undefined, 'DELETE')).status).toBe(200);
    expect((await send(url, session, call)).status).toBe(404);
  });

  test('2026-07-28, without one', async () => {
    const url = await start();
    const sessions: (string | null)[] = [];
    const transport = new StreamableHTTPClientTransport(new URL(url), {
      requestInit: { headers: bearer },
      fetch: async (to, init) => {
        const response = await fetch(to, init);
        sessions.push(response.headers.get('mcp-session-id'));
        return response;
      },
    });
    const client = new Client(
      { name: 'test', version: '0' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    await client.connect(transport);
    const answer = readToolAnswer(await client.callTool({ name: 'whoami', arguments: {} }));
    expect(answer.result?.summary['username']).toBe('ann');
    expect(new Set(sessions)).toEqual(new Set([null]));
    await client.close();
  });
});

describe('callers', () => {
  test('without a token are refused with the address of the metadata', async () => {
    const url = await start({}, { TFC_TOKEN: TOKEN });
    const refused = await send(url, {}, initialize('2025-06-18'));
    expect(refused.status).toBe(401);
    const challenge = String(refused.headers['www-authenticate']);
    const [, metadata = ''] = /^Bearer resource_metadata="([^"]+)"$/.exec(challenge) ?? [];
    const described = await fetch(metadata);
    expect(described.headers.get('content-type')).toContain('application/json');
    expect(await described.json()).toMatchObject({ resource: url, bearer_methods_supported: ['header'] });
    for (const authorization of ['Basic eDp5', 'Bearer', 'Bearer a b', TOKEN]) {
      expect((await send(url, { authorization }, initialize('2025-06-18'))).status).toBe(401);
    }
  });

  test('with a wrong token are refused by the server behind it, and the token is sent nowhere else', async () => {
    const url = await start();
    const begun = await send(url, { authorization: 'Bearer wrong' }, initialize('2025-06-18'));
    const session = {
      authorization: 'Bearer wrong',
      'mcp-session-id': String(begun.headers['mcp-session-id']),
    };
    platform.takeWrong();
    const call = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'whoami', arguments: {} } };
    expect((await send(url, session, call)).text).not.toContain('Bearer');
    expect(platform.takeWrong().join()).toContain('no token with');
  });

  test('on this machine may use its own token, if that is switched on', async () => {
    const url = await start({ useOwnToken: true }, { TFC_TOKEN: TOKEN });
    expect((await send(url, {}, initialize('2025-06-18'))).status).toBe(200);
  });

  test.each([
    ['the name of another site', { host: 'evil.example' }],
    ['another name with this port', { host: 'evil.example:8765' }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a name that begins like this one', { host: 'localhost.evil.example' }],
  ])('with %s are refused, own token or not', async (_name, headers) => {
    const url = await start({ useOwnToken: true }, { TFC_TOKEN: TOKEN });
    const refused = await send(url, { ...bearer, ...headers }, initialize('2025-06-18'));
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('error')]);
    const metadata = new URL('/.well-known/oauth-protected-resource', url).href;
    expect((await send(metadata, headers, undefined, 'GET')).status).toBe(403);
  });

  test('on pages of this machine are accepted, and other paths and methods do not exist', async () => {
    const url = await start();
    const page = { ...bearer, origin: 'http://localhost:6274' };
    expect((await send(url, page, initialize('2025-06-18'))).status).toBe(200);
    expect((await send(new URL('/', url).href, bearer, initialize('2025-06-18'))).status).toBe(404);
    const put = await send(url, bearer, {}, 'PUT');
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, POST, DELETE']);
  });
});

describe('the address to listen on', () => {
  test.each<[string, Partial<StandAloneOptions>, NodeJS.ProcessEnv, string]>([
    ['on a network without https', { host: '0.0.0.0' }, {}, '--url'],
    ['on a network behind plain http', { host: '0.0.0.0', url: 'http://mcp.example.com' }, {}, '--url'],
    ['at no address', { url: 'mcp.example.com' }, {}, '--url'],
    [
      'its own token for a network',
      { useOwnToken: true, host: '0.0.0.0', url: 'https://m.example' },
      { TFC_TOKEN: TOKEN },
      '--use-own-token',
    ],
    [
      'its own token behind a proxy',
      { useOwnToken: true, url: 'https://m.example' },
      { TFC_TOKEN: TOKEN },
      '--use-own-token',
    ],
    ['its own token without one', { useOwnToken: true }, {}, 'TFC_TOKEN'],
    ['for no server', {}, { TFC_ADDRESS: 'tfe.example.com' }, 'TFC_ADDRESS'],
    ['with a misspelt gate', {}, { READ_ONLY_TOOLS: 'ture' }, 'READ_ONLY_TOOLS'],
  ])('is refused: %s', async (_name, options, env, named) => {
    await expect(start(options, env)).rejects.toThrow(named);
  });

  test('can be behind a proxy, and is then printed as the public address', async () => {
    await start({ url: 'https://mcp.example.com/' });
    // Its port is not part of the public address.
    const server = await startStandAlone(
      { TFC_ADDRESS: platform.address },
      { host: '0.0.0.0', port: 0, url: 'https://mcp.example.com', useOwnToken: false, version: '0' },
    );
    closing.push(server.close);
    expect(server.url).toBe('https://mcp.example.com/mcp');
  });
});

describe('two servers behind one address', () => {
  test("do not know each other's sessions, and tell the client to start a new one", async () => {
    const [one, other] = [await start(), await start()];
    const begun = await send(one, bearer, initialize('2025-11-25'));
    const session = { ...bearer, 'mcp-session-id': String(begun.headers['mcp-session-id']) };
    const ping = { jsonrpc: '2.0', id: 2, method: 'ping' };
    const unknown = await send(other, session, ping);
    expect([unknown.status, unknown.text]).toEqual([404, expect.stringContaining('initialize a new one')]);
    expect((await send(one, session, ping)).status).toBe(200);
  });

  test('do not use an approval that was given at the other; it can be asked for again', async () => {
    const env = { TFC_APPROVAL: 'require' };
    const [one, other] = [await start({}, env), await start({}, env)];
    let target = one;
    const transport = new StreamableHTTPClientTransport(new URL(one), {
      requestInit: { headers: bearer },
      fetch: async (_url, init) => await fetch(target, init),
    });
    const client = new Client(
      { name: 'test', version: '0' },
      {
        capabilities: { elicitation: { form: {} } },
        versionNegotiation: { mode: { pin: '2026-07-28' } },
      },
    );
    let isMoved = true;
    client.setRequestHandler('elicitation/create', () => {
      if (isMoved) target = other;
      return { action: 'accept', content: { confirm: true } };
    });
    await client.connect(transport);
    platform.take();
    const apply = async () =>
      readToolAnswer(await client.callTool({ name: 'apply_run', arguments: { run_id: IDS.run } }));
    const refused = await apply();
    expect(refused.text).toContain('apply_run failed: approval_required');
    expect(refused.text).toContain('before this MCP server was started anew');
    expect(platform.take().filter((line) => line.startsWith('POST'))).toEqual([]);
    isMoved = false;
    expect((await apply()).isError).toBe(false);
    expect(platform.take().filter((line) => line.startsWith('POST'))).toHaveLength(1);
    await client.close();
  });
});

test('the program prints its address, answers, ends when asked to, and names wrong flags', async () => {
  const program = (args: string[]) =>
    spawn(process.execPath, [PROGRAM, 'mcp', '--http', ...args], {
      env: { PATH: process.env['PATH'], TFC_ADDRESS: platform.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const child = program(['--port', '0']);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const [url = ''] = /http:\S+/.exec(line.toString()) ?? [];
  expect((await send(url, bearer, initialize('2025-11-25'))).status).toBe(200);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);

  const wrong = program(['--host', '0.0.0.0']);
  let stderr = '';
  wrong.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
  expect(await once(wrong, 'close')).toEqual([2, null]);
  expect(stderr).toContain('--url');
});
