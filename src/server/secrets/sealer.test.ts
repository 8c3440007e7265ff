import fc from 'fast-check';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSealer, sealedKeyId } from './sealer.ts';
import { loadSecretKeys, type SecretKey } from './secret-key.ts';
import { createPathSigner } from './signed-paths.ts';

const OLD = 'an-old-key-of-at-least-32-characters';
const NEW = 'a-new-key-of-at-least-32-characters!';

let folder: string;
let oldKey: SecretKey;
let newKey: SecretKey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runwright-keys-'));
  [oldKey] = await loadSecretKeys(folder, [OLD]);
  [newKey] = await loadSecretKeys(folder, [NEW]);
});
afterAll(async () => await rm(folder, { recursive: true }));

const COLUMN = 'variable.sealed_value';

describe('createSealer', () => {
  it('opens every text that it sealed, and never shows it', () => {
    const sealer = createSealer([oldKey]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const sealed = sealer.seal(text, COLUMN, 'var-1');
        expect(sealed).toMatch(/^rw1\.[0-9a-f]{16}\.[A-Za-z0-9_-]+$/);
        expect(sealer.open(sealed, COLUMN, 'var-1')).toBe(text);
      }),
    );
    expect(sealer.seal('the-secret', COLUMN, 'var-1')).not.toContain('the-secret');
    expect(sealer.seal('same', COLUMN, 'var-1')).not.toBe(sealer.seal('same', COLUMN, 'var-1'));
  });

  it('does not open a value that was moved to another row or column', () => {
    const sealer = createSealer([oldKey]);
    const sealed = sealer.seal('text', COLUMN, 'var-1');
    expect(() => sealer.open(sealed, COLUMN, 'var-2')).toThrow('moved from another row');
    expect(() => sealer.open(sealed, 'run_variables.sealed_values', 'var-1')).toThrow('moved');
  });

  it('does not open a value that was changed, cut or extended', () => {
    const sealer = createSealer([oldKey]);
    const sealed = sealer.seal('text', COLUMN, 'var-1');
    const start = sealed.lastIndexOf('.') + 1;
    fc.assert(
      fc.property(
        fc.integer({ min: start, max: sealed.length - 1 }),
        fc.constantFrom('', 'A', '-AA'),
        (at, put) => {
          const changed = sealed.slice(0, at) + put + sealed.slice(at + 1);
          fc.pre(
            Buffer.from(changed.slice(start), 'base64url').compare(
              Buffer.from(sealed.slice(start), 'base64url'),
            ) !== 0,
          );
          expect(() => sealer.open(changed, COLUMN, 'var-1')).toThrow('was damaged');
        },
      ),
    );
    for (const text of ['', 'plain', 'rw1.', 'rw1.zz.AAAA', `${sealed} `]) {
      expect(() => sealer.open(text, COLUMN, 'var-1')).toThrow('is not a sealed one');
    }
  });

  it('seals with the first key and opens with all; an error for a missing key names the key, not the value', () => {
    const before = createSealer([oldKey]).seal('text', COLUMN, 'var-1');
    const both = createSealer([newKey, oldKey]);
    expect(both.open(before, COLUMN, 'var-1')).toBe('text');
    const after = both.seal('text', COLUMN, 'var-1');
    expect([sealedKeyId(before), sealedKeyId(after)]).toEqual([oldKey.id, newKey.id]);
    expect(() => createSealer([oldKey]).open(after, COLUMN, 'var-1')).toThrow(
      `the key ${newKey.id} of the value`,
    );
  });
});

describe('loadSecretKeys', () => {
  it('makes a key file that only its owner can read, once', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const [first] = await loadSecretKeys(home, []);
    expect((await stat(join(home, 'secret-key'))).mode & 0o777).toBe(0o600);
    expect(await loadSecretKeys(home, [])).toEqual([first]);
  });

  it('keeps the keys of the file after the configured ones, so that old values stay readable', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const [kept] = await loadSecretKeys(home, []);
    expect(await loadSecretKeys(home, [NEW, OLD])).toEqual([newKey, oldKey, kept]);
  });

  it('takes several keys from the file, one a line', async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    await writeFile(join(home, 'secret-key'), `${NEW}\n${OLD}\n`);
    expect(await loadSecretKeys(home, [])).toEqual([newKey, oldKey]);
    expect(await readFile(join(home, 'secret-key'), 'utf8')).toBe(`${NEW}\n${OLD}\n`);
  });

  it('derives an id that reveals nothing about the key, and a separate key for each use', () => {
    expect(oldKey.id).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set([oldKey.sealing, oldKey.signing].map((key) => key.toString('hex'))).size).toBe(2);
    expect(oldKey.sealing.toString('hex')).not.toContain(oldKey.id);
  });
});

it('an address that an older key signed stays valid', () => {
  const signed = createPathSigner([oldKey.signing]).sign('read-log', 'plan-1');
  expect(createPathSigner([newKey.signing, oldKey.signing]).verify('read-log', 'plan-1', signed)).toBe(true);
  expect(createPathSigner([newKey.signing]).verify('read-log', 'plan-1', signed)).toBe(false);
});
