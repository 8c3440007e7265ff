import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LogGapError, openLogStore } from './log-store.ts';
import type { LogStore } from './log-store.ts';

let folder: string;
let store: LogStore;
let lastId = 0;
const syncErrors: unknown[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'runwright-logs-'));
  store = await openLogStore(folder, { onSyncError: (_id, error) => syncErrors.push(error) });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
  expect(syncErrors).toEqual([]);
});

const newId = () => `plan-${(lastId += 1)}xy`;
const text = async (id: string) => (await store.read(id, 0, 1_000_000)).toString();

test('a log that was never begun is empty', async () => {
  expect(await store.length('plan-none')).toBe(0);
  expect(await text('plan-none')).toBe('');
});

test('parts are added in order, and bytes that are there already are skipped', async () => {
  const id = newId();
  expect(await store.append(id, 0, Buffer.from('hello '))).toBe(6);
  expect(await store.append(id, 6, Buffer.from('world'))).toBe(11);
  expect(await store.append(id, 0, Buffer.from('hello '))).toBe(11);
  expect(await store.append(id, 6, Buffer.from('world, again'))).toBe(18);
  expect(await text(id)).toBe('hello world, again');
  expect((await store.read(id, 6, 5)).toString()).toBe('world');
  expect((await store.read(id, 18, 5)).toString()).toBe('');
  expect((await store.read(id, 100, 5)).toString()).toBe('');
});

test('a part that would leave a gap is refused with the length to continue from', async () => {
  const id = newId();
  await store.append(id, 0, Buffer.from('12345'));
  const refused = await store.append(id, 6, Buffer.from('7')).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LogGapError);
  expect(refused).toMatchObject({ lengthBytes: 5 });
  expect(await text(id)).toBe('12345');
});

test('any retries in any order, as long as they leave no gap, end with the same log', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ minLength: 1, maxLength: 200 }),
      fc.array(fc.tuple(fc.nat(200), fc.nat(60))),
      async (content, parts) => {
        const id = newId();
        const bytes = Buffer.from(content);
        let length = 0;
        for (const [offset, size] of parts) {
          const part = bytes.subarray(offset, offset + size);
          const outcome = store.append(id, offset, part);
          if (offset > length) await expect(outcome).rejects.toMatchObject({ lengthBytes: length });
          else expect(await outcome).toBe((length = Math.max(length, offset + part.length)));
        }
        await store.append(id, length, bytes.subarray(length));
        expect(await text(id)).toBe(content);
      },
    ),
    { numRuns: 50 },
  );
});

test('parts that are sent at the same time are added one after the other', async () => {
  const id = newId();
  const parts = Array.from({ length: 50 }, (_, index) => String.fromCharCode(65 + (index % 26)).repeat(100));
  await Promise.all(parts.map((part, index) => store.append(id, index * 100, Buffer.from(part))));
  expect(await text(id)).toBe(parts.join(''));
});

test('a log goes on after a flush and in a store that is opened later', async () => {
  const id = newId();
  await store.append(id, 0, Buffer.from('one '));
  await store.flush(id);
  await store.append(id, 4, Buffer.from('two '));
  const later = await openLogStore(folder, { onSyncError: (_id, error) => syncErrors.push(error) });
  expect(await later.append(id, 8, Buffer.from('three'))).toBe(13);
  await later.close();
  expect(await text(id)).toBe('one two three');
});

test('the file holds the bytes as they are, readable only by the server', async () => {
  const id = newId();
  const bytes = Buffer.from([0, 2, 3, 255, 10]);
  await store.append(id, 0, bytes);
  const file = path.join(folder, 'xy', id);
  expect(readFileSync(file)).toEqual(bytes);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(['../secret', 'a/b', '', '.', 'plan 1', `plan-${'x'.repeat(200)}`])('%j is no id', async (id) => {
  await expect(store.append(id, 0, Buffer.from('x'))).rejects.toThrow('not a log');
  await expect(store.read(id, 0, 1)).rejects.toThrow('not a log');
});
