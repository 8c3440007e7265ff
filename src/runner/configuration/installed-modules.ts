import { join } from 'node:path';
import * as z from 'zod';
import type { Engine } from '../engines/engine.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import { readModule, type ModuleTexts } from './root-module.ts';

/** What an init writes down about the modules of a configuration, including the root. */
const Manifest = z.object({
  Modules: z.array(
    z.object({
      Key: z.string(),
      Dir: z.string(),
      Source: z.string().optional(),
      Version: z.string().optional(),
    }),
  ),
});
type Manifest = z.infer<typeof Manifest>;
const UNKNOWN: ModuleTexts = { texts: new Map(), isUnsure: true };
const MAX_MODULES = 1_000;

/** The texts of all modules except the root; an unsure one stands for a module that cannot be read. */
export async function readInstalledModules({
  workingDirectory,
  engine,
}: {
  workingDirectory: string;
  engine: Engine;
}): Promise<ModuleTexts[]> {
  const manifest = await readManifest(workingDirectory);
  if (!manifest) return [UNKNOWN];
  const folders = new Set(manifest.filter(({ Key }) => Key !== '').map(({ Dir }) => Dir));
  const modules: ModuleTexts[] = [];
  for (const folder of folders)
    modules.push(await readModule(join(workingDirectory, folder), engine.product));
  return modules;
}

/** Empty where no init has run; undefined when the file cannot be read. */
export async function readManifest(workingDirectory: string): Promise<Manifest['Modules'] | undefined> {
  const file = join(workingDirectory, '.terraform', 'modules', 'modules.json');
  const bytes = await readLeftFile(workingDirectory, file);
  const modules = bytes ? parse(bytes)?.Modules : [];
  return modules && modules.length <= MAX_MODULES ? modules : undefined;
}

function parse(bytes: Buffer): Manifest | undefined {
  try {
    return Manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
