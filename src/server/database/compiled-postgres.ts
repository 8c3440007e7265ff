import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

// Node's types know the namespace and not what is in it.
declare global {
  namespace WebAssembly {
    function compile(bytes: Uint8Array): Promise<Module>;
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * PGlite's PostgreSQL, compiled once for all databases of this process: what one has run of it, the next has ready. A
 * second database in the same process starts in half the time.
 */
export async function compilePostgres(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  return await compiled;
}

async function compile(): Promise<WebAssembly.Module> {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return await WebAssembly.compile(await readFile(path.join(path.dirname(entry), 'pglite.wasm')));
}
