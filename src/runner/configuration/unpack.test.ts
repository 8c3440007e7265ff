import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, readlink, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BAD_ARCHIVES } from '../../../test/runner/bad-archives.ts';
import {
  hardLink,
  link,
  makeTarGz,
  paxRecord,
  type TarEntry,
} from '../../../test/runner/configuration-archive.ts';
import { defaultLimits } from '../settings.ts';
import { unpackConfiguration, type UnpackLimits } from './unpack.ts';

const big = Buffer.alloc(3 * 1024 ** 2, 'x');

describe('unpackConfiguration', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'runwright-unpack-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function unpack(archive: Uint8Array, limits: Partial<UnpackLimits> = {}): Promise<string> {
    await writeFile(join(folder, 'archive'), archive);
    const target = join(folder, 'target');
    await unpackConfiguration(join(folder, 'archive'), target, { ...defaultLimits, ...limits });
    return target;
  }

  it('unpacks files and folders, and keeps the executable bit only', async () => {
    const target = await unpack(
      makeTarGz([
        { path: './', type: '5', mode: 0o700 },
        { path: 'scripts/', type: '5', mode: 0o000 },
        { path: 'scripts/run.sh', text: '#!/bin/sh\n', mode: 0o4755 },
        { path: 'main.tf', text: '# hello', mode: 0o000 },
        { path: 'errored.tfstate', text: '{}' },
      ]),
    );
    expect((await readdir(target)).sort()).toEqual(['main.tf', 'scripts']);
    expect(await readFile(join(target, 'main.tf'), 'utf8')).toBe('# hello');
    expect((await stat(join(target, 'main.tf'))).mode & 0o7777).toBe(0o644);
    expect((await stat(join(target, 'scripts/run.sh'))).mode & 0o7777).toBe(0o755);
  });

  it('keeps links that stay inside as links: to files and folders, in chains, in circles and to nothing', async () => {
    const links: Record<string, string> = {
      'versions.tf': 'shared/versions.tf',
      'live/versions.tf': '../shared/versions.tf',
      'modules/net': '../shared',
      'live/again.tf': '../modules/net/versions.tf',
      'live/dangling': 'nothing/here',
      'live/self': 'self',
      'live/root': '..',
      'live/odd': './/../shared/./versions.tf',
    };
    const target = await unpack(
      makeTarGz([
        { path: 'shared/', type: '5' },
        { path: 'shared/versions.tf', text: 'terraform {}' },
        ...Object.entries(links).map(([path, to]) => link(path, to)),
      ]),
    );
    for (const [path, to] of Object.entries(links)) expect(await readlink(join(target, path))).toBe(to);
    for (const path of ['versions.tf', 'live/versions.tf', 'live/again.tf', 'live/root/live/odd'])
      expect(await readFile(join(target, path), 'utf8')).toBe('terraform {}');
  });

  it('keeps names of every kind, also in long headers and where these are cut in two', async () => {
    const long = (name: string) => `${`${'ü'.repeat(100)}/`.repeat(3)}${name}`;
    const names = [
      'C:a.tf',
      'x:y',
      '\\z',
      ' a ',
      '-rf',
      '~',
      'a\tb',
      'a\nb',
      'é',
      'e\u0301',
      'A',
      'a',
      long('ß'),
    ];
    const many = Array.from({ length: 200 }, (_, index) => long(`${index}${'漢'.repeat(index % 80)}`));
    const target = await unpack(
      makeTarGz([
        // A line of an attribute that looks like a record is none.
        { path: 'h', type: 'x', text: paxRecord('SCHILY.xattr.x', 'a\n14 path=evil\n') },
        { path: 'attribute' },
        ...[...names, ...many].flatMap((path) => [
          ...(Buffer.byteLength(path) > 50 ? [{ path: 'h', type: 'x', text: paxRecord('path', path) }] : []),
          { path: path.slice(0, 20), text: randomBytes(300) },
        ]),
      ]),
    );
    for (const name of [...names, ...many, 'attribute'])
      expect((await stat(join(target, name))).isFile()).toBe(true);
    expect((await readdir(target)).sort()).toEqual(
      [...names.slice(0, -1), 'attribute', 'ü'.repeat(100)].sort(),
    );
  });

  it('makes hard links files of their own', async () => {
    const target = await unpack(
      makeTarGz([
        { path: './a.sh', text: '#!/bin/sh', mode: 0o755 },
        hardLink('./b/c.sh', './a.sh'),
        hardLink('d.sh', 'b/c.sh'),
        link('to-a', 'a.sh'),
        hardLink('to-a-too', 'to-a'),
      ]),
    );
    await writeFile(join(target, 'a.sh'), 'changed');
    for (const name of ['b/c.sh', 'd.sh']) {
      expect(await readFile(join(target, name), 'utf8')).toBe('#!/bin/sh');
      expect((await lstat(join(target, name))).mode & 0o777).toBe(0o755);
    }
    expect(await readlink(join(target, 'to-a-too'))).toBe('a.sh');
  });

  it('takes the later entry where an archive names a path twice', async () => {
    const target = await unpack(
      makeTarGz([
        link('a', 'first'),
        { path: 'a', text: 'second' },
        { path: 'b', text: 'first' },
        link('b', 'a'),
        link('c', 'first'),
        link('c', 'a'),
      ]),
    );
    expect((await lstat(join(target, 'a'))).isFile()).toBe(true);
    expect(await readlink(join(target, 'b'))).toBe('a');
    expect(await readlink(join(target, 'c'))).toBe('a');
  });

  it('unpacks the links of GNU tar, and a folder that has the name of a file', async () => {
    const made = join(folder, 'made');
    const script = `mkdir -p ${made}/x.tf && cd ${made} && echo one > x.tf/y && ln x.tf/y hard && ln -s x.tf soft && tar -czf ${folder}/gnu -C ${made} .`;
    execFileSync('sh', ['-c', script]);
    const target = await unpack(await readFile(join(folder, 'gnu')));
    expect((await readdir(target)).sort()).toEqual(['hard', 'soft', 'x.tf']);
    expect(await readFile(join(target, 'hard'), 'utf8')).toBe('one\n');
    expect(await readFile(join(target, 'soft', 'y'), 'utf8')).toBe('one\n');
  });

  it('lets no link of any archive lead out, wherever it goes through', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const to = fc
      .array(fc.constantFrom('a', 'b', 'c', '..', '.'), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.join('/'));
    const entry = fc.oneof(
      fc.tuple(path, to).map(([from, target]) => link(from, target)),
      path.map((file): TarEntry => ({ path: file, text: 'x' })),
    );
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 6 }), async (entries) => {
        await rm(join(folder, 'target'), { recursive: true, force: true });
        const target = await unpack(makeTarGz(entries)).catch(() => undefined);
        if (target === undefined) return;
        for (const found of await readdir(target, { recursive: true, withFileTypes: true })) {
          if (!found.isSymbolicLink()) continue;
          const real = await realpath(join(found.parentPath, found.name)).catch(() => target);
          expect(`${real}/`.startsWith(`${target}/`), JSON.stringify(entries)).toBe(true);
          kept += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(kept).toBeGreaterThan(50);
  });

  it('treats an empty archive as an empty configuration', async () => {
    expect(await readdir(await unpack(makeTarGz([])))).toEqual([]);
  });

  it('does not let bytes behind the end mark cost time or space', async () => {
    const tar = makeTarGz([{ path: 'main.tf', text: 'x' }]);
    const target = await unpack(Buffer.concat([tar, gzipSync(Buffer.alloc(8 * 1024 ** 2, 'y'))]));
    expect(await readdir(target)).toEqual(['main.tf']);
  });

  const beyond: [string, TarEntry[], Partial<UnpackLimits>, RegExp][] = [
    [
      'many hard links to much',
      [{ path: 'big', text: big }, hardLink('l', 'big'), hardLink('m', 'big')],
      { expandedBytes: 8 * 1024 ** 2 },
      /too many bytes with the copies/,
    ],
    [
      'too many bytes in a file',
      [{ path: 'big', text: big }],
      { expandedBytes: 1024 ** 2 },
      /expands to more than/,
    ],
    [
      'too many entries',
      Array.from({ length: 50 }, (_, i) => ({ path: `f${i}` })),
      { archiveEntries: 49 },
      /entries/,
    ],
    ['too many bytes packed', [{ path: 'a', text: 'x' }], { archiveBytes: 10 }, /larger than 10 bytes/],
  ];
  it.each(beyond)('refuses %s', async (_what, entries, limits, message) => {
    await refuses(makeTarGz(entries), limits, message);
  });

  it.each(BAD_ARCHIVES)(
    'refuses %s, and leaves nothing',
    async (_what, archive, message) => await refuses(archive, {}, message),
  );

  async function refuses(archive: Buffer, limits: Partial<UnpackLimits>, message: RegExp): Promise<void> {
    const failure = await unpack(archive, limits).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StepFailure', detail: expect.stringMatching(message) as string });
    expect(await readdir(folder)).toEqual(['archive']);
  }
});
