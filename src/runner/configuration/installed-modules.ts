import { join } from 'node:path';
import { z } from 'zod';
import type { Engine } from '../engines/engine.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import { readModule, type ModuleTexts } from './root-module.ts';

/** What an init writes down about the modules of a configuration, the root among them. */
const Manifest = z.object({ Modules: z.array(z.object({ Key: z.string(), Dir: z.string() })) });
const UNKNOWN: ModuleTexts = { texts: new Map(), isUnsure: true };
const MAX_MODULES = 1_000;

/** The texts of all modules but the root; an unsure one stands for what cannot be known. */
export async function readInstalledModules({
  workingDirectory,
  engine,
}: {
  workingDirectory: string;
  engine: Engine;
}): Promise<ModuleTexts[]> {
  const file = join(workingDirectory, '.terraform', 'modules', 'modules.json');
  const bytes = await readLeftFile(workingDirectory, file);
  if (!bytes) return [];
  const manifest = parse(bytes);
  if (!manifest || manifest.Modules.length > MAX_MODULES) return [UNKNOWN];
  const folders = new Set(manifest.Modules.filter(({ Key }) => Key !== '').map(({ Dir }) => Dir));
  const modules: ModuleTexts[] = [];
  for (const folder of folders)
    modules.push(await readModule(join(workingDirectory, folder), engine.product));
  return modules;
}

function parse(bytes: Buffer): z.infer<typeof Manifest> | undefined {
  try {
    return Manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
