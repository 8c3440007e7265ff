import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkEngine } from './engine-check.ts';
import { checkProviders } from './provider-check.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'runwright-doctor-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const settings = (env: NodeJS.ProcessEnv) => ({
  ...{ host: '127.0.0.1', port: 0, homeFolder: folder, databaseUrl: undefined, env },
});
const OFF = { RUNWRIGHT_RUN_REGISTRIES: 'off' };
const MIRROR = { RUNWRIGHT_RUN_REGISTRIES: 'mirror' };
const ENTRY = 'provider "registry.terraform.io/hashicorp/random" {\n  version = "3.7.2"\n}\n';

test.each([
  [OFF, undefined, false, 'none is kept here, and none is fetched'],
  [OFF, ENTRY, false, '1 of 1'],
  [OFF, ENTRY, false, 'registry.terraform.io/hashicorp/random 3.7.2'],
  [OFF, '', true, 'all 0 of'],
  [{}, undefined, true, 'fetched from their registries'],
  [{}, ENTRY, true, 'not kept here'],
  [{}, 'provider "', false, 'is no lock file'],
  [{}, null, false, 'is not there'],
  [MIRROR, undefined, false, 'over https only'],
  [{ ...MIRROR, RUNWRIGHT_URL: 'https://runs.example.com' }, undefined, true, 'taken from the mirror'],
  [{ RUNWRIGHT_RUN_REGISTRIES: 'yes' }, undefined, false, '"yes"'],
])('with %j and the lock file %j it says what is missing', async (env, lock, ok, words) => {
  if (typeof lock === 'string') writeFileSync(path.join(folder, '.terraform.lock.hcl'), lock);
  const compared = lock === undefined ? {} : { configurationFolder: folder };
  const result = await checkProviders({ ...settings(env), ...compared });
  expect(result).toMatchObject({ ok, found: expect.stringContaining(words) as string });
});

test.each([OFF, MIRROR])('with %j an engine has to be installed', async (env) => {
  const result = await checkEngine(settings({ ...env, PATH: folder }));
  expect(result).toMatchObject({ ok: false, fix: expect.stringContaining('bring one') as string });
});
