import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHosts, rememberHosts, type ScanHost } from './known-hosts.ts';

let folder: string;
let memory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runwright-hosts-'));
  memory = join(folder, 'deep', 'known_hosts');
});
afterEach(async () => await rm(folder, { recursive: true }));

/** Hosts that confirm every key in the file. */
const agreeing: ScanHost = ({ line }) => Promise.resolve([line]);

test('hosts that were met are remembered, each with the key it had first', async () => {
  expect(await readHosts(memory)).toBe('');
  await rememberHosts(memory, '[one.example]:2222 ssh-ed25519 AAAA1\n', agreeing);
  const text = '[one.example]:2222 ssh-ed25519 AAAA2\ntwo.example ecdsa-sha2-nistp256 AAAA3=\n';
  await rememberHosts(memory, text, agreeing);
  expect(await readFile(memory, 'utf8')).toBe(
    '[one.example]:2222 ssh-ed25519 AAAA1\ntwo.example ecdsa-sha2-nistp256 AAAA3=\n',
  );
});

test('a key that the host itself does not present is not remembered', async () => {
  const asked: string[] = [];
  await rememberHosts(
    memory,
    'github.com ssh-ed25519 AAAAattacker\n[git.example]:2222 ssh-rsa AAAA\n',
    (host) => {
      asked.push(`${host.name} ${host.port}`);
      return Promise.resolve(['github.com ssh-ed25519 AAAAreal', '# comment']);
    },
  );
  expect(asked).toEqual(['github.com 22', 'git.example 2222']);
  expect(await readHosts(memory)).toBe('');
});

test.each([
  ...['@cert-authority * ssh-rsa AAAA', '# note', 'root:x:0:0', 'host ssh-rsa', 'a b c d', ''],
  ...['* ssh-ed25519 AAAA', '*.example ssh-ed25519 AAAA', 'a.example,b.example ssh-ed25519 AAAA'],
  ...[
    '[*]:22 ssh-ed25519 AAAA',
    '!a.example ssh-ed25519 AAAA',
    '? ssh-ed25519 AAAA',
    '|1|abc|def ssh-rsa AAAA',
  ],
  ...['-oProxyCommand ssh-rsa AAAA', '[-x]:22 ssh-rsa AAAA'],
])('the line %j names no host', async (line) => {
  await rememberHosts(memory, line, agreeing);
  expect(await readHosts(memory)).toBe('');
});
