import type { EngineProduct } from '../../protocol/agent.ts';
import type { Engine } from './engine.ts';
import { compareVersions, parseVersion } from './version.ts';

/**
 * What the engines do not have in common, as far as a run depends on it: since which version each can. This is the
 * only place that goes by the product or version of an engine.
 */
const SINCE = {
  /** `init -json`. */
  'init as JSON': { Terraform: '1.9.0', OpenTofu: undefined },
  /** Sources of modules, and backends, that depend on variables: commands that only load the configuration need them. */
  'load with variables': { Terraform: '1.15.0', OpenTofu: '1.8.0' },
  /** `plan -invoke=action.TYPE.NAME`. */
  'invoke actions': { Terraform: '1.14.0', OpenTofu: undefined },
  /** Takes a package of its plugin cache of which the lock file says nothing, where it is told to. */
  'trust a plugin cache without a lock file': { Terraform: '1.4.0', OpenTofu: '1.6.0' },
} as const satisfies Record<string, Record<Engine['product'], string | undefined>>;

/** By what a setting calls it: what a product calls itself, its program, and whether its releases can be fetched. */
export const PRODUCTS = {
  terraform: { name: 'Terraform', program: 'terraform', canBeFetched: true },
  opentofu: { name: 'OpenTofu', program: 'tofu', canBeFetched: false },
} as const satisfies Record<
  EngineProduct,
  { name: Engine['product']; program: string; canBeFetched: boolean }
>;

export const productOf = ({ product }: Pick<Engine, 'product'>): EngineProduct =>
  product === PRODUCTS.opentofu.name ? 'opentofu' : 'terraform';

export type EngineAbility = keyof typeof SINCE;

export function engineCan({ product, version }: Pick<Engine, 'product' | 'version'>, ability: EngineAbility) {
  const since = parseVersion(SINCE[ability][product] ?? '');
  const actual = parseVersion(version);
  if (since === undefined || actual === undefined) return false;
  // A pre-release has what its release will have.
  return compareVersions({ ...actual, prerelease: '' }, since) >= 0;
}
