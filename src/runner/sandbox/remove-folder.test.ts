import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeFolder } from './remove-folder.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'runwright-remove-'))));
afterEach(() => execFileSync('rm', ['-rf', folder]));

test('a folder deeper than the longest path is removed', async () => {
  const program = `const name = 'd'.repeat(100);
for (let level = 0; level < 3000; level++) { fs.mkdirSync(name); process.chdir(name); }`;
  execFileSync(process.execPath, ['-e', program], { cwd: folder });
  await removeFolder(folder);
  expect(existsSync(folder)).toBe(false);
});

test('many files with names that are not text are removed while this process goes on', async () => {
  execFileSync('bash', ['-c', 'touch $\'\\xff\\xfe\' -- "-rf" "a\nb"; seq 20000 | xargs touch'], {
    cwd: folder,
  });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await removeFolder(folder);
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(0);
  expect(existsSync(folder)).toBe(false);
});

test('folders that their owner may not enter are removed by that owner', async () => {
  const box = join(folder, 'box');
  mkdirSync(join(box, 'closed', 'below'), { recursive: true });
  writeFileSync(join(box, 'closed', 'below', 'file'), '');
  const isRoot = process.getuid?.() === 0;
  if (isRoot)
    for (const each of ['', 'closed', 'closed/below', 'closed/below/file'])
      chownSync(join(box, each), 65_534, 65_534);
  for (const each of ['closed/below', 'closed']) chmodSync(join(box, each), 0);
  chmodSync(folder, 0o777);
  await asNobody(() => removeFolder(box));
  expect(existsSync(box)).toBe(false);
});

test('an entry that cannot be removed is an error that names it', async () => {
  await expect(removeFolder('/proc/self')).rejects.toThrow('/proc/self cannot be removed');
});

/** Runs `act` as a user without rights, since root may enter every folder. */
async function asNobody(act: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    await act();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
