import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllowList } from './address-rules.ts';
import { createOutbound, type Outbound, type Resolve } from './outbound.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(listener: RequestListener): Promise<number> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function outbound(allowed: string, resolve?: Resolve): Outbound {
  const list = parseAllowList(allowed);
  if (list === undefined) throw new Error('no list');
  return createOutbound(list, resolve);
}

/** A name server that returns one answer after the other. */
function answering(...answers: string[][]): Resolve & { asked: string[] } {
  const asked: string[] = [];
  const resolve = (name: string, _options: unknown, done: (...result: unknown[]) => void): void => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(name);
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return Object.assign(resolve as unknown as Resolve, { asked });
}

describe('an address that is not public', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://017700000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1:8443/',
    'http://0/',
  ])('%s is refused without a lookup', async (url) => {
    expect(outbound('').findProblem(url)).toContain('not a public address');
    expect(await outbound('').call({ url })).toMatchObject({ kind: 'failed' });
  });

  test('is refused when a name resolves to it, also beside a public one', async () => {
    let calls = 0;
    const port = await listen((_request, response) => {
      calls += 1;
      response.end();
    });
    for (const addresses of [['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['::ffff:7f00:1'], []]) {
      const answer = await outbound('', answering(addresses)).call({ url: `http://rebind.example:${port}/` });
      expect(answer).toMatchObject({ kind: 'failed', reason: expect.stringContaining('not a public') });
    }
    expect(calls).toBe(0);
  });

  test('cannot replace the checked one before the connection: the name is resolved once', async () => {
    const port = await listen((_request, response) => response.end('inside'));
    const names = answering(['127.0.0.1'], ['10.0.0.1']);
    const answer = await outbound('127.0.0.1', names).call({ url: `http://rebind.example:${port}/` });
    expect(answer).toMatchObject({ kind: 'answered', status: 200, body: 'inside' });
    expect(names.asked).toEqual(['rebind.example']);
  });

  test('may be allowed by the name of its host', async () => {
    const port = await listen((_request, response) => response.end('inside'));
    const url = `http://hooks.internal:${port}/`;
    expect(await outbound('', answering(['127.0.0.1'])).call({ url })).toMatchObject({ kind: 'failed' });
    expect(await outbound('Hooks.internal', answering(['127.0.0.1'])).call({ url })).toMatchObject({
      kind: 'answered',
    });
  });
});

test.each(['ftp://example.com/', 'file:///etc/passwd', 'example.com', '', 'https://user:pass@example.com/'])(
  'the URL %s may not be called',
  (url) => {
    expect(outbound('').findProblem(url)).toEqual(expect.any(String));
  },
);

test('a redirect is returned as the answer and not followed', async () => {
  let followed = false;
  const port = await listen((request, response) => {
    if (request.url === '/secret') followed = true;
    response.writeHead(302, { location: '/secret' }).end();
  });
  const answer = await outbound('127.0.0.1').call({ url: `http://127.0.0.1:${port}/` });
  expect(answer).toMatchObject({ kind: 'answered', status: 302 });
  expect(followed).toBe(false);
});

test('a large answer is read only at its beginning', async () => {
  const port = await listen((_request, response) => {
    response.on('error', () => {});
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      response.once('drain', more);
    };
    more();
  });
  const answer = await outbound('127.0.0.1').call({
    url: `http://127.0.0.1:${port}/`,
    maxAnswerBytes: 1_000,
  });
  expect(answer).toMatchObject({ kind: 'answered', body: 'x'.repeat(1_000) });
});

test('a call to a server that does not answer ends', async () => {
  const port = await listen(() => {});
  const answer = await outbound('127.0.0.1').call({ url: `http://127.0.0.1:${port}/`, timeoutMs: 100 });
  expect(answer).toEqual({ kind: 'failed', reason: 'there was no whole answer within 0.1 s' });
});

test('an unreachable server is reported by the error code only', async () => {
  const answer = await outbound('127.0.0.1').call({ url: 'http://127.0.0.1:1/' });
  expect(answer).toEqual({ kind: 'failed', reason: 'the connection failed (ECONNREFUSED)' });
});

test.each([
  ['wants to speak another protocol', '101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other'],
  ['breaks off in the middle', '200 OK\r\nContent-Length: 100'],
])(
  'a receiver that %s counts as failed at once',
  async (_what, head) => {
    const receiver = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(`HTTP/1.1 ${head}\r\n\r\nsome`);
        if (head.startsWith('200')) socket.end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const answer = await outbound('127.0.0.1').call({ url: `http://127.0.0.1:${port}/`, timeoutMs: 500 });
    expect(answer).toMatchObject({ kind: 'failed' });
    receiver.close();
  },
  20_000,
);
