import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBlobFolder } from './blob-folder.ts';
import { BlobDamagedError, BlobMissingError, BlobTooBigError } from './blob-store.ts';
import type { BlobStore } from './blob-store.ts';

let folder: string;
let store: BlobStore;
beforeAll(async () => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'runwright-blobs-')), 'blobs');
  store = await openBlobFolder(folder);
});
afterAll(() => rmSync(path.dirname(folder), { recursive: true }));

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const fileOf = (hash: string) => path.join(folder, hash.slice(0, 2), hash);
const limit = { maxBytes: 1024 * 1024 };

test('any content comes back whole and in parts, however it was split when it was put', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 3_000 })),
      fc.nat(4_000),
      fc.nat(4_000),
      async (chunks, start, lengthBytes) => {
        const whole = Buffer.concat(chunks);
        const blob = await store.put(Readable.from(chunks, { objectMode: true }), limit);
        expect(blob).toEqual({ sha256: sha256(whole), sizeBytes: whole.length });
        expect(await store.read(blob.sha256)).toEqual(whole);
        const part = await buffer(await store.open(blob.sha256, { start, end: start + lengthBytes }));
        expect(part).toEqual(whole.subarray(start, start + lengthBytes));
      },
    ),
    { numRuns: 50 },
  );
});

test('the same content is kept once, readable only by the server', async () => {
  const content = randomBytes(100);
  const { sha256: hash } = await store.put(content, limit);
  const files = () => readdirSync(folder, { recursive: true }).length;
  const before = files();
  await store.put(content, limit);
  expect(files()).toBe(before);
  expect(statSync(fileOf(hash)).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(fileOf(hash))).mode & 0o777).toBe(0o700);
});

test('a content is refused as soon as it is too big, and leaves nothing behind', async () => {
  let given = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        given += 1;
        yield randomBytes(100);
      }
    })(),
  );
  await expect(store.put(endless, { maxBytes: 1_000 })).rejects.toThrow(BlobTooBigError);
  expect(given).toBeLessThan(100);
  expect(endless.destroyed).toBe(false);
  endless.destroy();
  await expect(store.put(Buffer.alloc(1_001), { maxBytes: 1_000 })).rejects.toThrow(BlobTooBigError);
  await expect(store.put(Buffer.alloc(1_000), { maxBytes: 1_000 })).resolves.toBeDefined();
  expect(readdirSync(path.join(folder, 'incoming'))).toEqual([]);
});

test('a content that breaks off is not stored', async () => {
  const breaking = Readable.from(
    (function* () {
      yield Buffer.from('begun');
      throw new Error('connection lost');
    })(),
  );
  await expect(store.put(breaking, limit)).rejects.toThrow('connection lost');
  expect(readdirSync(path.join(folder, 'incoming'))).toEqual([]);
  await expect(store.open(sha256(Buffer.from('begun')))).rejects.toThrow(BlobMissingError);
});

test('a damaged file is not returned as the content, and storing the content again repairs it', async () => {
  const content = randomBytes(5_000);
  const { sha256: hash } = await store.put(content, limit);
  writeFileSync(
    fileOf(hash),
    Buffer.concat([content.subarray(0, 4_999), Buffer.from([~Number(content[4_999])])]),
  );
  await expect(store.read(hash)).rejects.toThrow(BlobDamagedError);
  await expect(buffer(await store.open(hash))).rejects.toThrow(BlobDamagedError);
  await store.put(content, limit);
  expect(await store.read(hash)).toEqual(content);
});

test.each(['0'.repeat(64), '../../../etc/passwd', 'ABC', ''])('there is no blob %j', async (hash) => {
  await expect(store.open(hash)).rejects.toThrow(BlobMissingError);
});

test('a start removes half-written files of a killed server, and no file that is being written', async () => {
  const incoming = path.join(folder, 'incoming');
  for (const name of ['old', 'new']) writeFileSync(path.join(incoming, name), 'half');
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1_000);
  utimesSync(path.join(incoming, 'old'), longAgo, longAgo);
  await openBlobFolder(folder);
  expect(readdirSync(incoming)).toEqual(['new']);
  rmSync(path.join(incoming, 'new'));
});
