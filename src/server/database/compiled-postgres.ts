import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';

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

/**
 * V8 optimizes a function as soon as it has run 1.8 MB of it: at a start a second of processor time, on all cores, for code
 * that most of the time is not run again. What a server goes on using is optimized some thousand queries later. The module
 * takes what is set when it is compiled.
 */
const RUN_UNTIL_OPTIMIZED_BYTES = 200_000_000;

async function compile(): Promise<WebAssembly.Module> {
  setFlagsFromString(`--wasm-tiering-budget=${RUN_UNTIL_OPTIMIZED_BYTES}`);
  // The package is the one that the lock file names: a function is looked through when it is first run, and most never are.
  setFlagsFromString('--wasm-lazy-validation');
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return await WebAssembly.compile(await readFile(path.join(path.dirname(entry), 'pglite.wasm')));
}
