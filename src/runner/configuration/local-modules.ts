import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import type { Engine } from '../engines/engine.ts';
import { readModule, type ModuleTexts } from './root-module.ts';

/** One line of terraform's manifest of modules. */
interface InstalledModule {
  Key: string;
  Source: string;
  Dir: string;
}

export interface LocalModules {
  manifest: InstalledModule[];
  /** The texts of the root module and of all others. */
  texts: ModuleTexts[];
}

const ANY_BLOCK = /(?<![.\w])module\b/g;
const BLOCK = /^[ \t]*module[ \t]+"([A-Za-z_][\w-]*)"[ \t]*\{/gm;
const LOCAL_SOURCE = /^[ \t]*source[ \t]*=[ \t]*"(\.{1,2}\/[^"$%\\\n]*)"/m;
const MAX_MODULES = 500;

/**
 * The modules that a configuration calls, where all of them are folders of the configuration itself: then there is
 * nothing to fetch. Undefined when one is not, or that cannot be told; a wrong guess is noticed by terraform, which then
 * asks for an init.
 */
export async function findLocalModules(
  root: string,
  workingDirectory: string,
  product: Engine['product'],
): Promise<LocalModules | undefined> {
  const manifest: InstalledModule[] = [{ Key: '', Source: '', Dir: '.' }];
  const texts: ModuleTexts[] = [];
  for (let index = 0; index < manifest.length; index++) {
    const { Key, Dir } = manifest[index] as InstalledModule;
    const module = await readModule(join(workingDirectory, Dir), product);
    const calls = findCalls(module);
    if (!calls || manifest.length + calls.length > MAX_MODULES) return undefined;
    texts.push(module);
    for (const { name, source } of calls) {
      const dir = posix.normalize(posix.join(Dir, source)).replace(/\/$/, '');
      const folder = join(workingDirectory, dir);
      if (relative(root, folder).startsWith('..')) return undefined;
      if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return undefined;
      manifest.push({ Key: Key === '' ? name : `${Key}.${name}`, Source: source, Dir: dir });
    }
  }
  return { manifest, texts };
}

function findCalls({ texts, isUnsure }: ModuleTexts): { name: string; source: string }[] | undefined {
  if (isUnsure) return undefined;
  const calls: { name: string; source: string }[] = [];
  for (const [file, text] of texts) {
    const words = [...text.replace(/path\.module/g, '').matchAll(ANY_BLOCK)].length;
    if (words === 0) continue;
    if (file.endsWith('.json')) return undefined;
    const blocks = [...text.matchAll(BLOCK)];
    if (blocks.length !== words) return undefined;
    for (const [index, { 1: name = '', index: from }] of blocks.entries()) {
      const source = LOCAL_SOURCE.exec(text.slice(from, blocks[index + 1]?.index))?.[1];
      if (source === undefined) return undefined;
      calls.push({ name, source: normalizeSource(source) });
    }
  }
  return calls;
}

/** As terraform writes it down. */
function normalizeSource(source: string): string {
  const clean = posix.normalize(source).replace(/\/$/, '');
  return clean.startsWith('..') ? clean : `./${clean}`;
}

/** What an init would leave. */
export async function writeModuleManifest(
  workingDirectory: string,
  manifest: readonly InstalledModule[],
): Promise<void> {
  if (manifest.length < 2) return;
  const folder = join(workingDirectory, '.terraform', 'modules');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'modules.json'), JSON.stringify({ Modules: manifest }), { flag: 'wx' });
}
