import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveWorkingDirectory } from './working-directory.ts';

describe('resolveWorkingDirectory', () => {
  let root: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'runwright-wd-')));
    await mkdir(join(root, 'envs/prod'), { recursive: true });
    await writeFile(join(root, 'file'), '');
    await symlink('/tmp', join(root, 'out'));
  });
  afterAll(() => rm(root, { recursive: true }));

  it.each([
    ['', ''],
    ['.', ''],
    ['/', ''],
    ['envs/prod', 'envs/prod'],
    ['/envs/prod/', 'envs/prod'],
    ['envs/../envs', 'envs'],
  ])('resolves %j to %j', async (given, expected) => {
    expect(await resolveWorkingDirectory(root, given)).toBe(join(root, expected, '.').replace(/\/$/, ''));
  });

  it.each(['..', '../..', 'envs/../../x', 'nowhere', 'file', 'out', 'a\0b'])('refuses %j', async (given) => {
    await expect(resolveWorkingDirectory(root, given)).rejects.toMatchObject({ name: 'StepFailure' });
  });
});
