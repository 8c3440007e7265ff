import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeTarGz, type TarEntry } from '../../../test/runner/configuration-archive.ts';
import { defaultLimits } from '../settings.ts';
import { unpackConfiguration, type UnpackLimits } from './unpack.ts';

const big = Buffer.alloc(3 * 1024 ** 2, 'x');

describe('unpackConfiguration', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'runwright-unpack-'))));
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function unpack(archive: Buffer, limits: Partial<UnpackLimits> = {}): Promise<string> {
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

  it('takes an empty archive for an empty configuration', async () => {
    expect(await readdir(await unpack(makeTarGz([])))).toEqual([]);
  });

  it('does not let bytes behind the end mark cost time or space', async () => {
    const tar = makeTarGz([{ path: 'main.tf', text: 'x' }]);
    const target = await unpack(Buffer.concat([tar, gzipSync(Buffer.alloc(8 * 1024 ** 2, 'y'))]));
    expect(await readdir(target)).toEqual(['main.tf']);
  });

  const bad: [string, TarEntry[] | Buffer, Partial<UnpackLimits>, RegExp][] = [
    ['a way up', [{ path: '../evil', text: 'x' }], {}, /leaves the configuration/],
    ['an absolute path', [{ path: '/tmp/runwright-evil', text: 'x' }], {}, /absolute path/],
    ['a symbolic link', [{ path: 'l', type: '2', linkPath: 'main.tf' }], {}, /SymbolicLink/],
    [
      'a write through a link',
      [
        { path: 'l', type: '2', linkPath: '..' },
        { path: 'l/evil', text: 'x' },
      ],
      {},
      /SymbolicLink/,
    ],
    ['a hard link', [{ path: 'l', type: '1', linkPath: '/etc/passwd' }], {}, /is a Link/],
    ['a device', [{ path: 'd', type: '3' }], {}, /CharacterDevice/],
    ['a pipe', [{ path: 'p', type: '6' }], {}, /FIFO/],
    [
      'a path of a PAX header',
      [{ path: 'h', type: 'x', text: '16 path=../evil\n' }, { path: 'a' }],
      {},
      /leaves/,
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
    ['zeros without end', gzipSync(Buffer.alloc(32 * 1024 ** 2)), {}, /expands more than 250 times/],
    ['no gzip', Buffer.from('plain text'), {}, /damaged/],
    ['a gzip in a gzip', gzipSync(gzipSync(Buffer.alloc(1024))), {}, /compressed twice/],
    ['half an archive', makeTarGz([{ path: 'a', text: big }]).subarray(0, 2_000), {}, /damaged/],
    ['text for a tar', gzipSync(Buffer.from('not a tar archive at all'.repeat(100))), {}, /damaged/],
  ];
  it.each(bad)('refuses %s, and leaves nothing', async (_what, archive, limits, message) => {
    const bytes = Buffer.isBuffer(archive)
      ? archive
      : makeTarGz([{ path: 'main.tf', text: 'x' }, ...archive]);
    const failure = await unpack(bytes, limits).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'StepFailure', detail: expect.stringMatching(message) as string });
    expect(await readdir(folder)).toEqual(['archive']);
  });
});
