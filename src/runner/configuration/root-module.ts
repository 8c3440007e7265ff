import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../engines/engine.ts';
import { isReadByEngine } from './read-files.ts';

/** The texts of a module's files by name. */
export interface ModuleTexts {
  texts: ReadonlyMap<string, string>;
  /** True when a file could not be parsed: the content of the module is not known. */
  isUnsure: boolean;
}

/** Far more than anybody writes by hand; a larger file is not read. */
const MAX_FILE_BYTES = 4 * 1024 ** 2;
const MAX_FILES = 2_000;

/** Reads the files that the engine reads of the module in `folder`; the engine too skips folders. */
export async function readModule(folder: string, product: Engine['product']): Promise<ModuleTexts> {
  const texts = new Map<string, string>();
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return { texts, isUnsure: true };
  const files = entries.filter((entry) => isReadByEngine(entry.name, product) && !entry.isDirectory());
  let isUnsure = files.length > MAX_FILES;
  for (const { name } of files.slice(0, MAX_FILES)) {
    const text = await readText(join(folder, name));
    if (text === undefined) isUnsure = true;
    else texts.set(name, text);
  }
  return { texts, isUnsure };
}

/** Undefined unless it is a plain file of a usual size; opening a pipe does not block. */
async function readText(file: string): Promise<string | undefined> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined);
  if (!handle) return undefined;
  try {
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= MAX_FILE_BYTES ? await handle.readFile('utf8') : undefined;
  } finally {
    await handle.close();
  }
}

/** Whether a text that may be HCL or JSON contains `pattern`; escapes in JSON could hide a word. */
export function mayMention({ texts, isUnsure }: ModuleTexts, pattern: RegExp): boolean {
  return (
    isUnsure ||
    [...texts].some(([name, text]) => pattern.test(text) || (name.endsWith('.json') && /\\u/i.test(text)))
  );
}
