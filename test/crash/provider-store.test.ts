import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashPackage, listPackage } from '../../src/runner/providers/package-files.ts';
import { openProviderStore } from '../../src/runner/providers/provider-store.ts';
import { makeStoreFolder } from '../../src/runner/providers/store-folder.ts';
import { tidyStore } from '../../src/runner/providers/tidy.ts';

const ROUNDS = 2;
const AT_ONCE = 2;
const writer = path.join(import.meta.dirname, 'provider-store-writer.ts');
let root: string;
beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'runwright-crash-'));
  await makeStoreFolder(path.join(root, 'store'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** @returns the packages that a writer reported as stored before it was killed at a random moment */
async function writeUntilKilled(start: number): Promise<number[]> {
  const args = ['--import', 'tsx', '--conditions', '@runwright/source', writer, root, String(start)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(Number(line));
    if (said.length !== 3) continue;
    await sleep(Math.random() * 30);
    child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  return said;
}

test('runners that are killed while they store packages lose no package and leave no partial one', async () => {
  const store = openProviderStore(path.join(root, 'store'), () => {});
  const written: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const writers = Array.from({ length: AT_ONCE }, async (_, index) =>
      writeUntilKilled(round * 1_000 + index * 100),
    );
    written.push(...(await Promise.all(writers)).flat());
    await tidyStore(store.folder, () => {});
    expect(readdirSync(store.folder.staging)).toEqual([]);
  }
  for (const index of written) {
    const name = { host: 'a.test', namespace: 'a', type: 'b', version: `1.0.${index}` };
    const [meta] = await store.find(['one'], { ...name, platform: 'linux_amd64' });
    const held = meta && (await store.hold(meta));
    expect([index, held?.meta.version]).toEqual([index, `1.0.${index}`]);
    held?.release();
  }
  for (const stored of await store.folder.listStored()) {
    const meta = await store.read(stored);
    const held = meta && (await store.hold(meta));
    if (held === undefined) {
      // Killed between its metadata and its folder, or before its folder was closed: nothing of it may be seen.
      expect([stored, existsSync(store.folder.packageOf(stored))]).toEqual([stored, false]);
      continue;
    }
    expect([stored, held.meta.h1]).toEqual([stored, meta?.h1]);
    expect(await hashPackage(held.folder, await listPackage(held.folder))).toBe(held.meta.h1);
    held.release();
  }
});
