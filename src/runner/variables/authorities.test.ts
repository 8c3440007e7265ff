import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAuthorities } from './authorities.ts';

const block = (what: string, kind = 'CERTIFICATE') =>
  `-----BEGIN ${kind}-----\n${Buffer.from(what).toString('base64')}\n-----END ${kind}-----`;
let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runwright-authorities-'));
  writeFileSync(file('system'), `# all\n${block('system')}\n`);
  writeFileSync(file('extra'), `${block('extra')}\r\n`);
  writeFileSync(file('server'), `${block('a key', 'PRIVATE KEY')}\n${block('server')}\n${block('extra')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['nothing', {}, undefined],
  ['nothing where the name is empty', { NODE_EXTRA_CA_CERTS: '' }, undefined],
  ['the system and what is named beside it', { NODE_EXTRA_CA_CERTS: 'extra' }, ['system', 'extra']],
  ['nothing more where the system’s own is named', { NODE_EXTRA_CA_CERTS: 'system' }, undefined],
  [
    'the system and others where both are named',
    { SSL_CERT_FILE: 'system', NODE_EXTRA_CA_CERTS: 'extra' },
    ['system', 'extra'],
  ],
  ['what stands for the system', { SSL_CERT_FILE: 'extra' }, ['extra']],
  [
    'each once, and no key',
    { NODE_EXTRA_CA_CERTS: 'extra', RUNWRIGHT_TLS_CERT: 'server' },
    ['system', 'extra', 'server'],
  ],
])('a run trusts %s', async (_what, names, expected) => {
  const env = Object.fromEntries(
    Object.entries(names).map(([name, value]) => [name, value === '' ? '' : file(value)]),
  );
  const { certificates, unreadable } = await readAuthorities(env, [file('none'), file('system')]);
  expect(certificates).toBe(expected?.map((what) => `${block(what)}\n`).join(''));
  expect(unreadable).toEqual([]);
});

test('a missing file is reported with its variable, and the others count', async () => {
  const env = { NODE_EXTRA_CA_CERTS: file('none'), RUNWRIGHT_TLS_CERT: file('extra') };
  expect(await readAuthorities(env, [])).toEqual({
    certificates: `${block('extra')}\n`,
    unreadable: [`NODE_EXTRA_CA_CERTS: ${file('none')}`],
  });
});
