import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
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
        files[`${entry.type} ${entry.path}`] = entry.linkpath || Buffer.concat(chunks).toString('utf8');
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

test('plain files are packed under their relative names, without ignored files', async () => {
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
    'Directory ./modules/': '',
    'Directory ./modules/x/': '',
    'File ./modules/x/main.tf': 'b',
  });
  expect({ fileCount, configurationFileCount }).toEqual({ fileCount: 4, configurationFileCount: 3 });
});

test('links that stay inside are packed as links: to files, to folders, to nothing, to folders above', async () => {
  await put('shared/vars.tf', 'v');
  await mkdir(path.join(folder, 'live'));
  await symlink('../shared/vars.tf', path.join(folder, 'live', 'vars.tf'));
  await symlink('shared', path.join(folder, 'again'));
  await symlink('missing', path.join(folder, 'dangling'));
  await symlink('..', path.join(folder, 'live', 'up'));
  await symlink(path.join(folder, 'shared'), path.join(folder, 'live', 'absolute'));
  const { archive, fileCount } = await packFolder(folder);
  expect(await contentsOf(archive)).toEqual({
    'Directory ./live/': '',
    'Directory ./shared/': '',
    'File ./shared/vars.tf': 'v',
    'SymbolicLink ./again': 'shared',
    'SymbolicLink ./dangling': 'missing',
    'SymbolicLink ./live/absolute': '../shared',
    'SymbolicLink ./live/up': '..',
    'SymbolicLink ./live/vars.tf': '../shared/vars.tf',
  });
  expect(fileCount).toBe(6);
});

test('a file with two names is packed as two files', async () => {
  await put('main.tf', 'a');
  await link(path.join(folder, 'main.tf'), path.join(folder, 'other.tf'));
  expect(await contentsOf((await packFolder(folder)).archive)).toEqual({
    'File ./main.tf': 'a',
    'File ./other.tf': 'a',
  });
});

test.each(['/etc/hostname', '..', '../sibling', 'main.tf/../..'])(
  'a link to %s is refused with its name',
  async (target) => {
    await put('main.tf');
    await symlink(target, path.join(folder, 'the-link'));
    await expect(packFolder(folder)).rejects.toThrow(/the-link leads out of the folder/);
  },
);

test('a link that leads out through another is refused', async () => {
  await put('a/main.tf');
  await symlink('..', path.join(folder, 'a', 'up'));
  await symlink('a/up/..', path.join(folder, 'out'));
  await expect(packFolder(folder)).rejects.toThrow(/out leads out of the folder/);
});

test('an ignored link is skipped, wherever it leads', async () => {
  await put('main.tf', 'a');
  await mkdir(path.join(folder, '.terraform', 'providers'), { recursive: true });
  await symlink('/etc', path.join(folder, '.terraform', 'providers', 'cache'));
  expect(await contentsOf((await packFolder(folder)).archive)).toEqual({
    'File ./main.tf': 'a',
  });
});

test('an empty folder and a missing one are refused', async () => {
  await expect(packFolder(folder)).rejects.toThrow('holds no file');
  await expect(packFolder(path.join(folder, 'missing'))).rejects.toThrow('is not a folder');
});
