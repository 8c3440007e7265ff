import { gunzipSync } from 'node:zlib';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import type { PolicyFiles } from './policy-manifest.ts';
import type { WasmRule } from './policy.ts';
import { storable } from './storable-text.ts';
import { readTar } from './tar-bytes.ts';

const PAGE_BYTES = 64 * 1024;
/** The limit of one module's memory; the process has a limit for all of them. */
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

/** A module that is unusable, or that failed. */
export class WasmProblem extends Error {}

export interface LoadedRule {
  /** @throws WasmProblem */
  evaluate(input: unknown): unknown;
}

/**
 * Loads a compiled Open Policy Agent policy: a module, or the bundle from `opa build -t wasm` that contains one.
 *
 * @throws WasmProblem
 */
export async function loadWasmRule(files: PolicyFiles, { file, entrypoint }: WasmRule): Promise<LoadedRule> {
  const bytes = files.get(file);
  if (bytes === undefined) throw new WasmProblem(`there is no ${file}`);
  const { module, data } = await unpack(bytes);
  const policy = await attempt(
    async () => await loadPolicy(module, { initial: 5, maximum: MAX_MEMORY_BYTES / PAGE_BYTES }, NOT_THERE),
  );
  asProblem(() => policy.setData(data ?? {}));
  const entrypoints = new Map(Object.entries(policy.entrypoints as Record<string, number>));
  const names = [...entrypoints.keys()].toSorted().join(', ').slice(0, 500);
  const [only = ''] = entrypoints.size === 1 ? entrypoints.keys() : [];
  const chosen = entrypoints.get(entrypoint ?? only);
  if (chosen === undefined)
    throw new WasmProblem(
      entrypoint === null
        ? `it has several entrypoints, and "entrypoint" says none of them: ${names}`
        : `there is no entrypoint ${entrypoint}: it has ${names}`,
    );
  return {
    evaluate(input) {
      const results = asProblem(() => policy.evaluate(input, chosen) as unknown);
      if (!Array.isArray(results) || results.length === 0)
        throw new WasmProblem(`${entrypoint ?? only} is undefined for this plan`);
      return (results[0] as { result?: unknown }).result;
    },
  };
}

/** Functions that the SDK does not have, such as `http.send`, under any name. */
const NOT_THERE = new Proxy<Record<string, () => never>>(
  {},
  {
    get: (_target, name) => () => {
      throw new WasmProblem(`it calls ${String(name)}, which compiled policies do not have`);
    },
  },
);

/** The SDK often throws a text, which may come from the module's own code. */
function toProblem(error: unknown): WasmProblem {
  if (error instanceof WasmProblem) return error;
  // A part that the SDK needs is missing.
  if (error instanceof TypeError) return new WasmProblem('it is no module that opa build -t wasm has made');
  return new WasmProblem(storable(error instanceof Error ? error.message : String(error)).slice(0, 1_000));
}

function asProblem<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw toProblem(error);
  }
}

async function attempt<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw toProblem(error);
  }
}

const isWasm = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(Buffer.from('\0asm'));
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

async function unpack(bytes: Buffer): Promise<{ module: Buffer<ArrayBuffer>; data: object | undefined }> {
  if (isWasm(bytes)) return { module: Buffer.from(bytes), data: undefined };
  if (!isGzip(bytes))
    throw new WasmProblem('it is neither a WebAssembly module nor a bundle (tar.gz) with one');
  const inner = await attempt(
    async () => await readTar(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES })),
  );
  const module = inner.get('policy.wasm');
  if (module === undefined)
    throw new WasmProblem('the bundle has no policy.wasm: make it with opa build -t wasm -e <entrypoint>');
  const data = inner.get('data.json');
  return {
    module: Buffer.from(module),
    data: data === undefined ? undefined : asProblem(() => JSON.parse(data.toString('utf8')) as object),
  };
}
