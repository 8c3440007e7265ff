import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findLocalMirrors } from './local-mirrors.ts';

test('providers in the configuration are found under hosts that terraform accepts, in other letters too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'runwright-mirrors-'));
  const hosts = ['registry.test', 'localhost:8443', 'b\u00fccher.example', '\u6771\u4eac.example'];
  // Terraform wants hosts in Unicode, and rejects all its settings for one name that is none.
  const impossible = [
    'B\u00dcCHER.example',
    'xn--bcher-kva.example ',
    'a"b.example',
    '\u00fc"].example',
    '..',
  ];
  for (const host of [...hosts, ...impossible])
    mkdirSync(join(folder, 'terraform.d', 'plugins', host, 'acme', 'it', '1.0.0'), { recursive: true });
  const [own] = await findLocalMirrors(folder, (path) => path);
  rmSync(folder, { recursive: true });
  expect(own?.addresses.sort()).toEqual(hosts.map((host) => `${host}/acme/it`).sort());
});
