import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findStates, locateStates } from '../state/state-locations.ts';
import { LeftFileTooLarge, readLeftFile } from './left-file.ts';

let root: string;
let box: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'runwright-left-'));
  box = join(root, 'box');
  await mkdir(box);
});
afterEach(() => rm(root, { recursive: true }));

it('is read when it is a plain file of the folder', async () => {
  await writeFile(join(box, 'file'), 'text');
  expect((await readLeftFile(box, join(box, 'file')))?.toString()).toBe('text');
  expect(await readLeftFile(box, join(box, 'none'))).toBeUndefined();
  expect(await readLeftFile(box, join(box, 'file', 'below'))).toBeUndefined();
});

it('is not read through a link, nor through a folder that is one', async () => {
  await mkdir(join(root, 'other'));
  await writeFile(join(root, 'other', 'secret'), 'of another run');
  await symlink(join(root, 'other', 'secret'), join(box, 'file'));
  await symlink(join(root, 'other'), join(box, 'folder'));
  expect(await readLeftFile(box, join(box, 'file'))).toBeUndefined();
  expect(await readLeftFile(box, join(box, 'folder', 'secret'))).toBeUndefined();
});

it('does not block the reader when it is a pipe', async () => {
  execFileSync('mkfifo', [join(box, 'pipe')]);
  expect(await readLeftFile(box, join(box, 'pipe'))).toBeUndefined();
});

it('is refused by its size before it is read, holes included', async () => {
  await writeFile(join(box, 'file'), '');
  await truncate(join(box, 'file'), 3 * 1024 ** 3);
  await expect(readLeftFile(box, join(box, 'file'))).rejects.toThrow('file is larger than 536870912 bytes');
  await truncate(join(box, 'file'), 11);
  await expect(readLeftFile(box, join(box, 'file'), 10)).rejects.toThrow(LeftFileTooLarge);
  expect(await readLeftFile(box, join(box, 'file'), 11)).toHaveLength(11);
});

it('counts as absent when its permissions forbid reading', async () => {
  const file = join(box, 'file');
  await writeFile(file, 'x');
  await chmod(file, 0);
  await chmod(root, 0o755);
  await chmod(box, 0o755);
  // Root may read every file.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    expect(await readLeftFile(box, file)).toBeUndefined();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

it('is read with the same care among the states of a step', async () => {
  const state = (serial: number) => JSON.stringify({ version: 4, serial, lineage: 'l', resources: [] });
  const locations = locateStates(box, { box, root }, 'default');
  await mkdir(dirname(locations.local), { recursive: true });
  await writeFile(locations.local, state(2));
  await writeFile(join(root, 'stolen'), state(9));
  await symlink(join(root, 'stolen'), locations.errored);
  expect((await findStates(locations)).newest?.serial).toBe(2);
  await rm(locations.errored);
  execFileSync('mkfifo', [locations.errored]);
  expect((await findStates(locations)).newest?.serial).toBe(2);
});
