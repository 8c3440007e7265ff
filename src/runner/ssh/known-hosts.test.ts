import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHosts, rememberHosts } from './known-hosts.ts';

let folder: string;
let memory: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runwright-hosts-'));
  memory = join(folder, 'deep', 'known_hosts');
});
afterEach(async () => await rm(folder, { recursive: true }));

test('hosts that were met are remembered, each with the key it had first', async () => {
  expect(await readHosts(memory)).toBe('');
  await rememberHosts(memory, '[one.example]:22 ssh-ed25519 AAAA1\n');
  await rememberHosts(memory, '[one.example]:22 ssh-ed25519 AAAA2\ntwo.example ecdsa-sha2-nistp256 AAAA3=\n');
  expect(await readFile(memory, 'utf8')).toBe(
    '[one.example]:22 ssh-ed25519 AAAA1\ntwo.example ecdsa-sha2-nistp256 AAAA3=\n',
  );
});

test('nothing else gets into the memory', async () => {
  const lines = ['@cert-authority * ssh-rsa AAAA', '# note', 'root:x:0:0', 'host ssh-rsa', 'a b c d', ''];
  await rememberHosts(memory, lines.join('\n'));
  expect(await readHosts(memory)).toBe('');
});
