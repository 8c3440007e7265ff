import { cp, mkdir, stat, writeFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import type { Engine } from '../engines/engine.ts';
import { findCalls, type ModuleCall } from './module-calls.ts';
import { readModule, type ModuleTexts } from './root-module.ts';

/** One line of terraform's manifest of modules. */
interface InstalledModule {
  Key: string;
  Source: string;
  Version?: string;
  Dir: string;
}

/** A module from another source that need not be fetched. */
export interface KeptModule {
  /** As the engine writes it into its manifest. */
  source: string;
  version?: string;
  /** The folder inside the package that was called; empty for the whole package. */
  inner: string;
  /** The package's files, on the host. */
  folder: string;
}

export type FindKept = (call: ModuleCall) => Promise<KeptModule | undefined>;

export interface KnownModules {
  manifest: InstalledModule[];
  /** The texts of the root module and of all other known modules. */
  texts: ModuleTexts[];
  /** True when nothing has to be fetched. */
  isComplete: boolean;
  /** Packages that have to be copied to their place below the working directory. */
  packages: { key: string; place: string; folder: string }[];
}

/** A known module, and where its files are now. */
interface Known extends InstalledModule {
  folder: string;
  /** A local source must not lead out of this folder. */
  rootFolder: string;
}

const LOCAL_SOURCE = /^\.{1,2}\//;
const MODULES = '.terraform/modules';
const MAX_MODULES = 500;

/**
 * The modules of a configuration that are folders of the configuration itself or are kept from earlier runs, and
 * whether these are all modules. Terraform notices a wrong guess and asks for an init.
 */
export async function findKnownModules(
  root: string,
  workingDirectory: string,
  product: Engine['product'],
  findKept: FindKept,
): Promise<KnownModules> {
  const start = { Key: '', Source: '', Dir: '.', folder: workingDirectory };
  const all: Known[] = [{ ...start, rootFolder: root }];
  const found: KnownModules = { manifest: [], texts: [], isComplete: true, packages: [] };
  for (let index = 0; index < all.length; index++) {
    const parent = all[index] as Known;
    const module = await readModule(parent.folder, product);
    const calls = findCalls(module);
    if (!calls || all.length + calls.length > MAX_MODULES) {
      found.isComplete = false;
      continue;
    }
    found.texts.push(module);
    for (const call of calls) {
      const key = parent.Key === '' ? call.name : `${parent.Key}.${call.name}`;
      const known = LOCAL_SOURCE.test(call.source)
        ? await localModule(parent, key, call.source)
        : await keptModule(key, await findKept(call), found);
      if (known) all.push(known);
      else found.isComplete = false;
    }
  }
  found.manifest = all.map(({ Key, Source, Version, Dir }) => ({
    ...{ Key, Source },
    ...(Version !== undefined && { Version }),
    Dir,
  }));
  return found;
}

async function localModule(parent: Known, key: string, written: string): Promise<Known | undefined> {
  const source = normalizeSource(written);
  const dir = posix.normalize(posix.join(parent.Dir, source)).replace(/\/$/, '');
  const folder = join(parent.folder, source);
  if (relative(parent.rootFolder, folder).startsWith('..')) return undefined;
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return undefined;
  return { Key: key, Source: source, Dir: dir, folder, rootFolder: parent.rootFolder };
}

async function keptModule(
  key: string,
  kept: KeptModule | undefined,
  { packages }: KnownModules,
): Promise<Known | undefined> {
  if (!kept) return undefined;
  const place = `${MODULES}/${key}`;
  packages.push({ key, place, folder: kept.folder });
  return {
    ...{ Key: key, Source: kept.source, ...(kept.version !== undefined && { Version: kept.version }) },
    ...{ Dir: posix.join(place, kept.inner), folder: join(kept.folder, kept.inner) },
    rootFolder: kept.folder,
  };
}

/** The source in the form that terraform writes down. */
function normalizeSource(source: string): string {
  const clean = posix.normalize(source).replace(/\/$/, '');
  return clean.startsWith('..') ? clean : `./${clean}`;
}

/** Copies the modules to where an init would put them, and writes the manifest that it would write. */
export async function layOutModules(
  workingDirectory: string,
  { manifest, packages }: Pick<KnownModules, 'manifest' | 'packages'>,
): Promise<void> {
  if (manifest.length < 2) return;
  const folder = join(workingDirectory, MODULES);
  await mkdir(folder, { recursive: true });
  for (const { place, folder: from } of packages)
    await cp(from, join(workingDirectory, place), { recursive: true, errorOnExist: true, force: false });
  await writeFile(join(folder, 'modules.json'), JSON.stringify({ Modules: manifest }), { flag: 'wx' });
}
