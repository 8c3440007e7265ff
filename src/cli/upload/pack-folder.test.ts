import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Parser } from 'tar';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packFolder } from './pack-folder.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runwright-pack-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(file: string, text = file): Promise<void> {
  const target = path.join(folder, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, text);
}

async function contentsOf(archive: Uint8Array): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  await new Promise<void>((resolve, reject) => {
    const parser = new Parser({ strict: true });
    parser.on('entry', (entry) => {
      const chunks: Buffer[] = [];
      entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      entry.on('end', () => {
        files[`${entry.type} ${entry.path}`] = Buffer.concat(chunks).toString('utf8');
      });
    });
    parser.on('end', () => {
      resolve();
    });
    parser.on('error', reject);
    parser.end(Buffer.from(archive));
  });
  return files;
}

test('packs plain files under their relative names, without what is ignored', async () => {
  await put('main.tf', 'a');
  await put('modules/x/main.tf', 'b');
  await put('@odd name.tf', 'c');
  await put('secret.tfvars');
  await put('.git/config');
  await put('.terraformignore', '*.tfvars\n');
  const { archive, fileCount, configurationFileCount } = await packFolder(folder);
  expect(await contentsOf(archive)).toEqual({
    'File ./.terraformignore': '*.tfvars\n',
    'File ./@odd name.tf': 'c',
    'File ./main.tf': 'a',
    'File ./modules/x/main.tf': 'b',
  });
  expect({ fileCount, configurationFileCount }).toEqual({ fileCount: 4, configurationFileCount: 3 });
});

test('links inside the folder become what they point to', async () => {
  await put('shared/vars.tf', 'v');
  await mkdir(path.join(folder, 'live'));
  await symlink('../shared/vars.tf', path.join(folder, 'live', 'vars.tf'));
  await symlink('shared', path.join(folder, 'again'));
  const { archive } = await packFolder(folder);
  expect(await contentsOf(archive)).toEqual({
    'File ./again/vars.tf': 'v',
    'File ./live/vars.tf': 'v',
    'File ./shared/vars.tf': 'v',
  });
});

test.each([
  ['/etc/hostname', 'leads out of the folder'],
  ['..', 'leads out of the folder'],
  ['missing', 'points to nothing'],
  ['.', 'leads'],
])('a link to %s is refused with its name', async (target, words) => {
  await put('main.tf');
  await symlink(target, path.join(folder, 'the-link'));
  await expect(packFolder(folder)).rejects.toThrow(/the-link/);
  await expect(packFolder(folder)).rejects.toThrow(words);
});

test('an ignored link is left alone, wherever it leads', async () => {
  await put('main.tf', 'a');
  await mkdir(path.join(folder, '.terraform', 'providers'), { recursive: true });
  await symlink('/etc', path.join(folder, '.terraform', 'providers', 'cache'));
  expect(await contentsOf((await packFolder(folder)).archive)).toEqual({ 'File ./main.tf': 'a' });
});

test('an empty folder and a missing one are refused', async () => {
  await expect(packFolder(folder)).rejects.toThrow('holds no file');
  await expect(packFolder(path.join(folder, 'missing'))).rejects.toThrow('is not a folder');
});
