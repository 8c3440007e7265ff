import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, request } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'runwright-cert-test-'))));
afterEach(async () => await rm(folder, { recursive: true }));

test('a client that trusts the authority accepts the server by each of its names, and by no other', async () => {
  const { exitCode, stdout } = await runCli([
    'dev-cert',
    '--out',
    folder,
    '--host',
    'Runwright.test',
    '10.1.2.3',
  ]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`export SSL_CERT_FILE=${folder}/ca.pem`);
  const read = async (name: string): Promise<Buffer> => await readFile(path.join(folder, name));
  const server = createServer(
    { cert: await read('server.pem'), key: await read('server.key') },
    (_, response) => response.end('hello'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const ca = await read('ca.pem');
  const ask = async (servername: string): Promise<number | string> =>
    await new Promise((resolve) => {
      const { port } = server.address() as AddressInfo;
      request({ host: '127.0.0.1', port, servername, ca, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
        .end();
    });
  expect(await Promise.all(['localhost', 'runwright.test'].map(ask))).toEqual([200, 200]);
  expect(await ask('other.test')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  server.close();
});

test('other users may not read the files, and an unforced call does not replace them', async () => {
  await runCli(['dev-cert', '--out', folder]);
  for (const name of ['ca.pem', 'server.pem', 'server.key']) {
    expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  }
  const key = await readFile(path.join(folder, 'server.key'), 'utf8');
  const again = await runCli(['dev-cert', '--out', folder]);
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('--force')]);
  expect(await readFile(path.join(folder, 'server.key'), 'utf8')).toBe(key);
  expect((await runCli(['dev-cert', '--out', folder, '--force'])).exitCode).toBe(0);
  expect(await readFile(path.join(folder, 'server.key'), 'utf8')).not.toBe(key);
});

test.each([
  [['--host', 'https://runwright.test'], '--host'],
  [['--host', 'a b'], '--host'],
  [['--days', '0'], '--days'],
  [['--days', '9999'], '--days'],
])('%j is refused, and nothing is written', async (args, named) => {
  const out = path.join(folder, 'none');
  const { exitCode, stderr } = await runCli(['dev-cert', '--out', out, ...args]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(named)]);
  await expect(stat(out)).rejects.toThrow('ENOENT');
});
