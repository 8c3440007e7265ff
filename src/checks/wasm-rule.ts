import { gunzipSync } from 'node:zlib';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import type { PolicyFiles } from './policy-manifest.ts';
import type { WasmRule } from './policy.ts';
import { readTar } from './tar-bytes.ts';

const PAGE_BYTES = 64 * 1024;
/** Of one module's own memory; the limit of the process holds for all. */
const MAX_MEMORY_BYTES = 128 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 32 * 1024 * 1024;

/** A module that cannot be used, or that failed. */
export class WasmProblem extends Error {}

export interface LoadedRule {
  /** @throws WasmProblem */
  evaluate(input: unknown): unknown;
}

/**
 * Loads a compiled Open Policy Agent policy: a module, or the bundle that `opa build -t wasm` makes with one in it.
 *
 * @throws WasmProblem
 */
export async function loadWasmRule(files: PolicyFiles, { file, entrypoint }: WasmRule): Promise<LoadedRule> {
  const bytes = files.get(file);
  if (bytes === undefined) throw new WasmProblem(`there is no ${file}`);
  const { module, data } = await unpack(bytes);
  const policy = await attempt(
    async () => await loadPolicy(module, { initial: 5, maximum: MAX_MEMORY_BYTES / PAGE_BYTES }),
  );
  policy.setData(data ?? {});
  const entrypoints = policy.entrypoints as Record<string, number>;
  const chosen = entrypoint ?? Object.keys(entrypoints)[0] ?? '';
  if (entrypoint !== null && entrypoints[entrypoint] === undefined)
    throw new WasmProblem(
      `there is no entrypoint ${entrypoint}: it has ${Object.keys(entrypoints).join(', ')}`,
    );
  return {
    evaluate(input) {
      const results = asProblem(() => policy.evaluate(input, entrypoints[chosen] ?? 0) as unknown);
      if (!Array.isArray(results) || results.length === 0) throw new WasmProblem('the query is undefined');
      return (results[0] as { result?: unknown }).result;
    },
  };
}

/** What the SDK throws is often a text. */
const toProblem = (error: unknown): WasmProblem =>
  new WasmProblem(error instanceof Error ? error.message : String(error));

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
