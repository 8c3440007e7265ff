import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineProduct } from '../../protocol/agent.ts';
import { PRODUCTS, productOf } from './differences.ts';
import { inspectEngine, type Engine } from './engine.ts';

/** The place of a downloaded release. */
export const binaryOf = (product: EngineProduct, version: string, cacheFolder: string): string =>
  join(cacheFolder, product, version, PRODUCTS[product].program);

/** A release that was downloaded before. One that does not answer as it should counts as missing. */
export async function findDownloaded(
  product: EngineProduct,
  version: string,
  cacheFolder: string,
): Promise<Engine | undefined> {
  const binary = binaryOf(product, version, cacheFolder);
  const engine = (await isFile(binary)) ? await inspectEngine(binary).catch(() => undefined) : undefined;
  return engine && productOf(engine) === product && engine.version === version ? engine : undefined;
}

/** Every release that was downloaded before, whichever runs needed it. */
export async function listDownloaded(cacheFolder: string): Promise<Engine[]> {
  const found: Engine[] = [];
  for (const product of Object.keys(PRODUCTS) as EngineProduct[])
    for (const version of await readdir(join(cacheFolder, product)).catch(() => [])) {
      const engine = await findDownloaded(product, version, cacheFolder);
      if (engine) found.push(engine);
    }
  return found;
}

export const isFile = async (path: string): Promise<boolean> =>
  await stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  );
