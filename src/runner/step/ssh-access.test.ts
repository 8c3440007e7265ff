import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StepContext } from './step-context.ts';
import { openSshAccess, rememberedHostsOf } from './ssh-access.ts';

let folder: string;
let box: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "runwright it's %h "));
  box = join(folder, 'box');
  await mkdir(box);
  await mkdir(join(folder, 'bin'));
  // Prints its arguments, one a line.
  await writeFile(join(folder, 'bin', 'ssh'), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  await chmod(join(folder, 'bin', 'ssh'), 0o755);
});
afterEach(async () => await rm(folder, { recursive: true }));

const open = async (sshKey: string | null, PATH = join(folder, 'bin'), sshKnownHosts?: string) =>
  await openSshAccess(
    {
      step: { sshKey, organization: { name: 'acme' } },
      folder: { box },
      settings: { workFolder: folder, sshKnownHosts },
    } as unknown as StepContext,
    { environment: { PATH }, inner: (path) => path },
  );

test('the key lies in a file of its own, only for ssh, until the access is closed', async () => {
  const access = await open('KEY\r\nTEXT');
  const keyFile = join(box, 'ssh', 'key');
  expect(await readFile(keyFile, 'utf8')).toBe('KEY\nTEXT\n');
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  const command = access.environment['GIT_SSH_COMMAND'] ?? '';
  const args = execFileSync('/bin/sh', ['-c', command], {
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  expect(args.split('\n')).toEqual(
    expect.arrayContaining([
      'IdentitiesOnly=yes',
      'StrictHostKeyChecking=accept-new',
      `IdentityFile="${keyFile.replaceAll('%', '%%')}"`,
    ]),
  );
  await access.close();
  expect(await readdir(box)).toEqual([]);
});

test('a missing ssh is explained, and no key is written', async () => {
  const access = await open('KEY', join(folder, 'nowhere'));
  expect(access.hint?.detail).toContain('openssh-client');
  expect([access.environment, await readdir(box)]).toEqual([{}, []]);
});

test('a step without a key gets no files', async () => {
  expect((await open(null)).environment).toEqual({});
});

test('a missing file of known hosts stops the step and leaves no key', async () => {
  const opened = open('KEY', undefined, join(folder, 'no-hosts'));
  await expect(opened).rejects.toThrow(/known SSH hosts cannot be read/);
  expect(await readdir(box)).toEqual([]);
});

test('a link in place of the file of met hosts is not followed', async () => {
  const access = await open('KEY');
  await writeFile(join(folder, 'elsewhere'), 'host.example ssh-rsa AAAA\n');
  await rm(join(box, 'ssh', 'known_hosts'));
  await symlink(join(folder, 'elsewhere'), join(box, 'ssh', 'known_hosts'));
  await access.close();
  await expect(stat(rememberedHostsOf(folder, 'acme'))).rejects.toThrow('ENOENT');
});
