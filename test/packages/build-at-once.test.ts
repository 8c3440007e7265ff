import { spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { tryLock } from 'fs-native-extensions';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = path.resolve(import.meta.dirname, '..', '..');
let root: string;

/** A folder as after `npm ci`, whose build script only records that it ran. */
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'runwright-build-'));
  for (const folder of ['scripts', 'src', 'node_modules/esbuild', 'node_modules/.cache']) {
    mkdirSync(path.join(root, folder), { recursive: true });
  }
  writeFileSync(path.join(root, 'node_modules', 'esbuild', 'package.json'), '{}');
  const lock = path.join('node_modules', 'fs-native-extensions');
  symlinkSync(path.join(repository, lock), path.join(root, lock));
  for (const name of ['ensure.mjs', 'build-lock.mjs']) {
    copyFileSync(path.join(repository, 'scripts', name), path.join(root, 'scripts', name));
  }
  writeFileSync(
    path.join(root, 'scripts', 'build.mjs'),
    `import { appendFile, mkdir, writeFile } from 'node:fs/promises';
     export async function buildPrograms() {
       await appendFile('builds', 'begin ');
       await mkdir('dist', { recursive: true });
       if (process.env.DIES) process.kill(process.pid, 'SIGKILL');
       await appendFile('builds', 'end ');
       await writeFile('dist/built', '');
       return { programs: ['all'], durationMs: 0 };
     }`,
  );
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Starts `ensure`. Resolves to its exit code or signal. */
function ensure(env: Record<string, string> = {}, heard: (text: string) => void = () => undefined) {
  const child = spawn(process.execPath, ['scripts/ensure.mjs'], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => heard((text += chunk.toString())));
  return new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
}

test('when several builds start at once in one folder, one builds and the others wait for it', async () => {
  const held = await open(path.join(root, 'node_modules', '.cache', 'build.lock'), 'a+');
  expect(tryLock(held.fd)).toBe(true);
  let waiting = 0;
  const ended: Promise<unknown>[] = [];
  await new Promise<void>((resolve) => {
    for (let count = 0; count < 3; count += 1) {
      let isHeard = false;
      ended.push(
        ensure({}, (text) => {
          if (isHeard || !text.includes('another build of this folder is under way')) return;
          isHeard = true;
          if (++waiting === 3) resolve();
        }),
      );
    }
  });
  await held.close();
  expect(await Promise.all(ended)).toEqual([0, 0, 0]);
  expect(readFileSync(path.join(root, 'builds'), 'utf8')).toBe('begin end ');
});

test('a killed build does not block the next one in its folder', async () => {
  rmSync(path.join(root, 'dist'), { recursive: true });
  rmSync(path.join(root, 'builds'));
  expect(await ensure({ DIES: '1' })).toBe('SIGKILL');
  expect(await ensure()).toBe(0);
  expect(readFileSync(path.join(root, 'builds'), 'utf8')).toBe('begin begin end ');
});
