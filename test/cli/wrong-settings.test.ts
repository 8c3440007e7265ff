import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const PROGRAM = path.resolve(import.meta.dirname, '..', '..', 'bin', 'runwright');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(inject('databaseTemplate').workFolder, 'settings-'));
  await writeFile(path.join(folder, 'a-file'), 'a text\n');
  await writeFile(path.join(folder, 'a-script'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

interface Ended {
  code: number | string | null | undefined;
  errors: string;
}

function serveWith(settings: Record<string, string>): Promise<Ended> {
  const env = {
    PATH: process.env['PATH'],
    RUNWRIGHT_HOME: path.join(folder, 'home'),
    RUNWRIGHT_PORT: '0',
    ...settings,
  };
  return new Promise((resolve) => {
    // A server that starts after all is killed, so its exit code is null.
    execFile(
      process.execPath,
      [PROGRAM, 'serve'],
      { env, timeout: 50_000, killSignal: 'SIGKILL' },
      (error, _, errors) => resolve({ code: error?.code, errors }),
    );
  });
}

test.each<[setting: string, value: string, says: string]>([
  ['RUNWRIGHT_SANDBOX', 'nonsense', 'must be one of auto, required, off'],
  ['RUNWRIGHT_COST_COMMAND', '{folder}/a-file', 'must be a program that this user may start'],
  ['RUNWRIGHT_OPA_COMMAND', 'opa', 'must be the absolute path of a program'],
  ['RUNWRIGHT_SSH_KNOWN_HOSTS', '/no/such', '/no/such cannot be read (ENOENT)'],
  ['RUNWRIGHT_ENGINE', '/no/such/terraform', '/no/such/terraform cannot be read (ENOENT)'],
  ['RUNWRIGHT_ENGINE', '{folder}', 'is no terraform or tofu that runs here'],
  ['RUNWRIGHT_ENGINE', '{folder}/a-file', 'is no terraform or tofu that runs here'],
  ['RUNWRIGHT_ENGINE', '{folder}/a-script', 'is no terraform or tofu that runs here'],
  ['RUNWRIGHT_ENGINE_KEY', '/no/such', '/no/such cannot be read (ENOENT)'],
  ['RUNWRIGHT_ENGINE_MIRROR', 'not a url', 'must be an http or https address'],
  ['RUNWRIGHT_OPENTOFU_MIRROR', 'ftp://mirror.example.com', 'must be an http or https address'],
  ['RUNWRIGHT_OPENTOFU_KEY', '{folder}/a-file', 'a-file holds no public OpenPGP key'],
  ['RUNWRIGHT_HOME', '{folder}/a-file', 'is in the way of a folder'],
  ['RUNWRIGHT_HOME', '{folder}/a-file/below', 'is in the way of a folder'],
  ['RUNWRIGHT_BLOBS', 's3://bucket', 'must be file: or not set'],
  ['RUNWRIGHT_RUNNERS', 'many', 'must be a whole number'],
  ['RUNWRIGHT_TRUSTED_PROXIES', '10.0.0.5,proxy.internal', 'must be a list of addresses and networks'],
])('%s=%s stops the start with one line that names the setting', async (name, value, says) => {
  const { code, errors } = await serveWith({ [name]: value.replace('{folder}', folder) });
  expect(errors).toContain(says);
  expect(errors).toMatch(new RegExp(`^runwright: ${name}\\b.*\\n$`));
  expect(code).toBeGreaterThan(0);
});
