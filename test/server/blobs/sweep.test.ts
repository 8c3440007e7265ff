import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSweeper } from '../../../src/server/blobs/sweep.ts';
import { createRun, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { lock, postState, put, stateFile } from '../../support/states.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const folder = (name: string): string => path.join(server.homeFolder, name);
const filesOf = (store: string): string[] =>
  readdirSync(folder(store), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && path.basename(entry.parentPath).length === 2)
    .map((entry) => path.join(entry.parentPath, entry.name));
const longAgo = new Date(Date.now() - 30 * 24 * 60 * 60 * 1_000);
const age = (files: string[]): void => files.forEach((file) => utimesSync(file, longAgo, longAgo));

async function sweep(problems: unknown[] = []): Promise<{ blobs: number; logs: number }> {
  const log = Object.assign(Object.create(server.platform.log) as typeof server.platform.log, {
    error: (fields: unknown) => void problems.push(fields),
  });
  const sweeper = startSweeper({ ...server.platform, log });
  const removed = await sweeper.sweep();
  await sweeper.stop();
  return removed;
}

/** A workspace whose run has left every kind of file: archive, artifacts, logs, and the states of its apply. */
async function workspaceWithEverything(): Promise<{ workspaceId: string; runId: string }> {
  const { workspaceId } = await readyWorkspace(server, { 'auto-apply': true });
  const runId = await createRun(server, workspaceId);
  const plan = await mustClaim(server);
  await plan.log('planning');
  await plan.finishPlan();
  const apply = await mustClaim(server);
  await apply.log('applying');
  await apply.sendState(1, ['half'], workspaceId);
  await apply.sendState(2, ['half', 'whole'], workspaceId);
  await apply.finish({ outcome: 'succeeded' });
  await lock(server, workspaceId);
  const file = stateFile({ serial: 5, lineage: workspaceId });
  const json = Buffer.from(JSON.stringify({ of: workspaceId })).toString('base64');
  const made = await postState(server, workspaceId, file, { 'json-state': json });
  expect(made.status).toBe(201);
  return { workspaceId, runId };
}

test('files are deleted only if they are old and nothing names them', async () => {
  const kept = await workspaceWithEverything();
  const deleted = await workspaceWithEverything();
  const urls = await urlsOf(kept);
  expect(urls).toHaveLength(8);

  age([...filesOf('blobs'), ...filesOf('logs')]);
  // In each workspace, a later state of the same apply has replaced one state.
  expect(await sweep()).toEqual({ blobs: 2, logs: 0 });

  const before = { blobs: filesOf('blobs').length, logs: filesOf('logs').length };
  const answer = await server.call('POST', `/api/v2/workspaces/${deleted.workspaceId}/actions/unlock`);
  expect(answer.status).toBe(200);
  expect((await server.call('DELETE', `/api/v2/workspaces/${deleted.workspaceId}`)).status).toBe(204);
  const justWritten = await server.platform.blobs.put(Buffer.from('to be named soon'), { maxBytes: 100 });
  // Only its states, their JSON and its logs go: the other workspace has the same archive and artifacts.
  expect(await sweep()).toEqual({ blobs: 3, logs: 2 });
  expect({ blobs: filesOf('blobs').length, logs: filesOf('logs').length }).toEqual({
    blobs: before.blobs + 1 - 3,
    logs: before.logs - 2,
  });
  expect((await server.platform.blobs.read(justWritten.sha256)).toString()).toBe('to be named soon');
  for (const url of urls) {
    const read = await server.call('GET', url);
    expect([200, 302], url).toContain(read.status);
    if (read.status === 302) {
      expect((await server.call('GET', String(read.headers.get('location')), undefined, null)).status).toBe(
        200,
      );
    }
  }
});

/** The addresses of everything that the run and the workspace have stored. */
async function urlsOf({ workspaceId, runId }: { workspaceId: string; runId: string }): Promise<string[]> {
  const run = await server.call('GET', `/api/v2/runs/${runId}?include=plan,apply`);
  const logs = (run.body.included ?? []).map(({ attributes }) => String(attributes['log-read-url']));
  const versions = await server.call('GET', `/api/v2/workspaces/${workspaceId}/state-versions`);
  const states = versions.body.data.flatMap(({ attributes }) =>
    [attributes['hosted-state-download-url'], attributes['hosted-json-state-download-url']].filter(
      (url) => url !== null,
    ),
  );
  return [
    ...logs,
    ...states.map(String),
    `/api/v2/runs/${runId}/configuration-version/download`,
    `/api/v2/runs/${runId}/plan/json-output`,
    `/api/v2/runs/${runId}/plan/json-output-redacted`,
  ];
}

test('an old file that is written again counts as new', async () => {
  const content = Buffer.from('given up, and uploaded again');
  await server.platform.blobs.put(content, { maxBytes: 100 });
  age(filesOf('blobs'));
  const { sha256 } = await server.platform.blobs.put(content, { maxBytes: 100 });
  await sweep();
  expect(await server.platform.blobs.read(sha256)).toEqual(content);
});

test('the file of a refused upload is deleted', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await lock(server, workspaceId);
  const announced = await postState(server, workspaceId, stateFile(), { state: undefined });
  const url = announced.body.data.attributes['hosted-state-upload-url'];
  const before = filesOf('blobs').length;
  expect((await put(url, 'other bytes than were announced')).status).toBe(400);
  expect(filesOf('blobs')).toHaveLength(before + 1);
  age(filesOf('blobs'));
  await sweep();
  expect(filesOf('blobs').length).toBeLessThanOrEqual(before);
});

test('nothing is deleted, and the reason is reported, if the files belong to another database', async () => {
  await server.platform.blobs.put(Buffer.from('of who knows whom'), { maxBytes: 100 });
  age(filesOf('blobs'));
  const mark = path.join(folder('blobs'), 'installation');
  writeFileSync(mark, 'another');
  const problems: unknown[] = [];
  const before = filesOf('blobs');
  expect(await sweep(problems)).toEqual({ blobs: 0, logs: 0 });
  expect(problems).toEqual([{ place: folder('blobs') }]);
  expect(filesOf('blobs')).toEqual(before);
});
