import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { compareVersions, parseVersion } from './version.ts';

/** A terraform or tofu binary on this host. */
export interface Engine {
  path: string;
  product: 'Terraform' | 'OpenTofu';
  /** Exact, without a `v`. */
  version: string;
  /** As the binary names it: `linux_amd64`. */
  platform: string;
}

const known = new Map<string, Engine>();

/** Answers of binaries to this process, each with the binary's file at that time, for other processes to use again. */
export type KnownEngines = [file: string, engine: Engine][];
export const knownEngines = (): KnownEngines => [...known];
export const learnEngines = (engines: KnownEngines): void =>
  engines.forEach(([file, engine]) => known.set(file, engine));

/** Asks a binary for its product and version, once for each file. Errors: when it fails or is neither product. */
export async function inspectEngine(path: string): Promise<Engine> {
  const { mtimeMs, size, ino } = await stat(path);
  const key = `${path} ${ino} ${mtimeMs} ${size}`;
  const before = known.get(key);
  if (before) return before;
  const environment = { CHECKPOINT_DISABLE: '1', HOME: '/nonexistent', TF_CLI_CONFIG_FILE: '/dev/null' };
  const { stdout } = await promisify(execFile)(path, ['version'], { env: environment, timeout: 30_000 });
  const match = /^(Terraform|OpenTofu) v(\S+)\s+on (\S+)/.exec(stdout);
  if (!match)
    throw new Error(`${path} is no terraform or tofu binary: ${JSON.stringify(stdout.slice(0, 100))}`);
  const [, product, version = '', platform = ''] = match;
  const engine: Engine = {
    path,
    product: product === 'OpenTofu' ? 'OpenTofu' : 'Terraform',
    version,
    platform,
  };
  known.set(key, engine);
  return engine;
}

/**
 * Whether the engine is of a product that has the feature, and not older than the first version that has it. A
 * pre-release of that version counts as having it.
 */
export function atLeast(
  { product, version }: Pick<Engine, 'product' | 'version'>,
  since: Partial<Record<Engine['product'], string>>,
): boolean {
  const first = parseVersion(since[product] ?? '');
  const actual = parseVersion(version);
  return !!first && !!actual && compareVersions({ ...actual, prerelease: '' }, first) >= 0;
}
