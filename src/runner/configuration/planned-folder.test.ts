import { execFileSync } from 'node:child_process';
import { chmod, cp, link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultLimits } from '../settings.ts';
import { takeInventory } from './inventory.ts';
import { layOutPlannedFolder, packPlannedFolder, type PlannedFolderLimits } from './planned-folder.ts';

let folder: string;
let root: string;
let copy: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runwright-planned-'));
  [root, copy] = [join(folder, 'root'), join(folder, 'copy')];
  await mkdir(root);
  await writeFile(join(root, 'main.tf'), 'x');
  await mkdir(join(root, 'sub'));
  await writeFile(join(root, 'sub', 'a.sh'), '#!/bin/sh', { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs `act` as a plan, and packs its changes. The copy made before it stands for the upload of the apply. */
async function pack(act: () => Promise<unknown>, limits: Partial<PlannedFolderLimits> = {}) {
  await cp(root, copy, { recursive: true, verbatimSymlinks: true });
  const passOver = new Set(['.terraform/providers']);
  const before = await takeInventory(root, passOver, 1_000);
  await act();
  const after = await takeInventory(root, passOver, 1_000);
  return await packPlannedFolder(root, before, after, { ...defaultLimits, ...limits });
}

/** Kind, mode, content or target of everything, as another program sees it. */
const look = (path: string): string =>
  execFileSync(
    'sh',
    [
      '-c',
      'find . | sort; find . -type l -exec readlink {} + | sort; find . -type f -exec md5sum {} + | sort',
    ],
    {
      cwd: path,
    },
  ).toString();
const at = (path: string): string => join(root, path);

describe('the packed folder of a plan', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a new file', () => writeFile(at('new'), 'n')],
    [
      'a new file deep down',
      async () => (await mkdir(at('a/b'), { recursive: true }), writeFile(at('a/b/c'), 'c')),
    ],
    ['an empty folder', () => mkdir(at('empty'))],
    ['another content of the same size', () => writeFile(at('main.tf'), 'y')],
    ['a file that is gone', () => rm(at('main.tf'))],
    ['a folder that is gone', () => rm(at('sub'), { recursive: true })],
    ['a folder where a file was', async () => (await rm(at('main.tf')), mkdir(at('main.tf')))],
    [
      'a file where a folder was',
      async () => (await rm(at('sub'), { recursive: true }), writeFile(at('sub'), 's')),
    ],
    [
      'a link where a folder was',
      async () => (await rm(at('sub'), { recursive: true }), symlink('main.tf', at('sub'))),
    ],
    ['links in a chain', async () => (await symlink('main.tf', at('l1')), symlink('../l1', at('sub/l2')))],
    [
      'a link to a folder, and one to nothing',
      async () => (await symlink('sub', at('l')), symlink('no', at('n'))),
    ],
    ['a second name for a file', () => link(at('main.tf'), at('second'))],
    [
      'odd names',
      async () => {
        for (const name of ['@x', '-rf', 'ü', 'a b', 'new\nline', '"quoted"', '\\back'])
          await writeFile(at(name), name);
      },
    ],
    [
      'a long path',
      async () => (
        await mkdir(at('d'.repeat(200)), { recursive: true }),
        writeFile(at(`${'d'.repeat(200)}/${'f'.repeat(200)}`), 'x')
      ),
    ],
    ['an executable', async () => (await writeFile(at('run'), 'r'), chmod(at('run'), 0o700))],
    ['a large file', () => writeFile(at('large'), Buffer.alloc(5_000_000, 'abcdefg'))],
  ])('is the same in the apply: %s', async (_what, act) => {
    const packed = await pack(act);
    expect(packed).toBeDefined();
    await layOutPlannedFolder(copy, packed ?? Buffer.alloc(0));
    expect(look(copy)).toBe(look(root));
  });

  it('keeps the executable bits', async () => {
    const packed = await pack(() => writeFile(at('run'), 'r', { mode: 0o755 }));
    await layOutPlannedFolder(copy, packed ?? Buffer.alloc(0));
    const list = ['-type', 'f', '-perm', '/100', '-printf', '%P '];
    expect(
      execFileSync('find', [copy, ...list])
        .toString()
        .trim()
        .split(' ')
        .sort(),
    ).toEqual(['run', 'sub/a.sh']);
  });

  it('is nothing when nothing has changed, or only skipped entries', async () => {
    expect(await pack(() => Promise.resolve())).toBeUndefined();
    await rm(copy, { recursive: true });
    await mkdir(at('.terraform'));
    const nothing = await pack(async () => {
      await mkdir(at('.terraform/providers'));
      await writeFile(at('.terraform/providers/p'), 'p');
      execFileSync('mkfifo', [at('pipe')]);
    });
    expect(nothing).toBeUndefined();
  });

  it.each(['/etc/passwd', '..', '../x', 'sub/../../x', '../root-and-more/x'])(
    'may not be a link to %s',
    async (target) => {
      await expect(pack(() => symlink(target, at('out')))).rejects.toThrow('leads out of the configuration');
    },
  );

  it('is bounded, as it lies there and packed', async () => {
    const large = () =>
      writeFile(at('large'), Buffer.from(Array.from({ length: 100_000 }, () => Math.random() * 256)));
    await expect(pack(large, { expandedBytes: 50_000 })).rejects.toThrow('more than 50000 bytes');
    await rm(copy, { recursive: true });
    await rm(at('large'));
    await expect(pack(large, { archiveBytes: 20_000 })).rejects.toThrow('more than 20000 bytes');
    await rm(copy, { recursive: true });
    await rm(at('large'));
    const sparse = () => Promise.resolve(execFileSync('truncate', ['-s', '3G', at('sparse')]));
    await expect(pack(sparse)).rejects.toThrow('The plan made more');
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('text\nmore')],
    ['a path that leads out', Buffer.from('{"removed":["../copy"],"links":{}}\n')],
    ['a link from outside', Buffer.from('{"removed":[],"links":{"../x":"y"}}\n')],
    ['a link to the outside', Buffer.from('{"removed":[],"links":{"x":"/etc/passwd"}}\n')],
    ['a broken archive', Buffer.from('{"removed":[],"links":{}}\nrubbish')],
  ])('is refused when it is %s', async (_what, packed) => {
    await mkdir(copy);
    await expect(layOutPlannedFolder(copy, packed)).rejects.toThrow('is damaged');
  });
});
