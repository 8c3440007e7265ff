import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';

// Node's types declare the namespace without its content.
declare global {
  namespace WebAssembly {
    function compile(bytes: Uint8Array): Promise<Module>;
  }
}

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * PGlite's PostgreSQL, compiled once for all databases of this process: code that one of them has run is ready for the
 * next. A second database in the same process starts in half the time.
 */
export async function compilePostgres(): Promise<WebAssembly.Module> {
  compiled ??= compile();
  return await compiled;
}

/**
 * V8 optimizes a function as soon as it has run 1.8 MB of it: at a start this takes a second of processor time, on all
 * cores, for code that is mostly not run again. Code that a server goes on using is optimized some thousand queries
 * later. The module takes the settings at the time when it is compiled.
 */
const RUN_UNTIL_OPTIMIZED_BYTES = 200_000_000;

async function compile(): Promise<WebAssembly.Module> {
  setFlagsFromString(`--wasm-tiering-budget=${RUN_UNTIL_OPTIMIZED_BYTES}`);
  // The lock file pins the package: a function is validated when it first runs, and most never run.
  setFlagsFromString('--wasm-lazy-validation');
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  return await WebAssembly.compile(await readFile(path.join(path.dirname(entry), 'pglite.wasm')));
}
