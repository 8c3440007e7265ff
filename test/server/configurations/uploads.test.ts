/** Uploads of configurations. Everything but the right archive is refused at once, with what is expected. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BAD_ARCHIVES } from '../../runner/bad-archives.ts';
import { hardLink, link, makeTarGz, SOME_ARCHIVE } from '../../runner/configuration-archive.ts';
import { createOrganization, createWorkspace, uploadConfiguration } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { put } from '../../support/states.ts';

let server: TestServer;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
  workspaceId = await createWorkspace(server, await createOrganization(server));
});
afterAll(async () => await server.close());

async function announce(): Promise<{ id: string; address: unknown }> {
  const { body } = await server.call('POST', `/api/v2/workspaces/${workspaceId}/configuration-versions`, {
    data: { attributes: { 'auto-queue-runs': true } },
  });
  return { id: body.data.id, address: body.data.attributes['upload-url'] };
}

// Only the runner can detect these, since they show when links are made.
const LEFT_TO_THE_RUNNER = [
  'a write through a link',
  'a link in place of a full folder',
  'a hard link to nothing',
  'a hard link to a folder',
];

test.each(BAD_ARCHIVES.filter(([what]) => !LEFT_TO_THE_RUNNER.includes(what)))(
  '%s is refused, and the right archive is accepted at the same address afterwards',
  async (_what, archive, message) => {
    const { id, address } = await announce();
    const refused = await put(address, archive);
    expect(refused.status).toBe(422);
    const { errors } = JSON.parse(refused.text) as { errors: { detail: string }[] };
    expect(errors[0]?.detail).toMatch(message);
    expect(errors[0]?.detail).toMatch(/^The archive cannot be used: /);
    const statusOf = async (): Promise<unknown> =>
      (await server.call('GET', `/api/v2/configuration-versions/${id}`)).body.data.attributes['status'];
    expect(await statusOf()).toBe('pending');
    expect((await put(address, SOME_ARCHIVE)).status).toBe(200);
    expect(await statusOf()).toBe('uploaded');
  },
);

test.each([
  ['--bzip2', 'compressed with bzip2'],
  ['--xz', 'compressed with xz'],
  ['--no-auto-compress', 'not compressed'],
])('the archive that tar %s makes is refused by its format', async (option, words) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-uploads-'));
  try {
    writeFileSync(path.join(folder, 'main.tf'), '');
    const archive = path.join(folder, 'archive');
    execFileSync('tar', ['--create', option, '--file', archive, '--directory', folder, 'main.tf']);
    const refused = await put((await announce()).address, new Uint8Array(readFileSync(archive)));
    expect(refused).toMatchObject({ status: 422, text: expect.stringContaining(words) as string });
    expect(refused.text).toContain('a gzipped tar archive (.tar.gz) is expected');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a refused upload can be repeated with the right archive', async () => {
  const { id, address } = await announce();
  expect((await put(address, 'PK\u0003\u0004')).status).toBe(422);
  expect((await put(address, SOME_ARCHIVE)).status).toBe(200);
  const version = await server.call('GET', `/api/v2/configuration-versions/${id}`);
  expect(version.body.data.attributes['status']).toBe('uploaded');
});

test.each([
  ['links that stay inside', [link('a', 'main.tf'), link('b/c', '../a'), link('d', 'b'), link('e', 'none')]],
  ['hard links', [{ path: 'main.tf', text: 'x' }, hardLink('other.tf', './main.tf')]],
  ['nothing', []],
  ['a folder named like a file', [{ path: 'main.tf/', type: '5' }]],
  ['a file replaced by a link', [{ path: 'a', text: 'x' }, link('a', 'b')]],
])('an archive with %s is accepted', async (_what, entries) => {
  await uploadConfiguration(server, workspaceId, makeTarGz(entries));
});

test('gzip in several members, with bytes after the end, is accepted', async () => {
  await uploadConfiguration(server, workspaceId, Buffer.concat([SOME_ARCHIVE, gzipSync('more')]));
});

test('fifty thousand entries are accepted, and one more is not', async () => {
  const entries = Array.from({ length: 50_000 }, (_, index) => ({ path: `f${index}` }));
  await uploadConfiguration(server, workspaceId, makeTarGz(entries));
  const refused = await put((await announce()).address, makeTarGz([...entries, { path: 'last' }]));
  expect(refused).toMatchObject({ status: 422, text: expect.stringContaining('50000 entries') as string });
});
