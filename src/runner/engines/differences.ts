import type { EngineProduct } from '../../protocol/agent.ts';
import type { Engine } from './engine.ts';
import { OPENTOFU_SITE, TERRAFORM_SITE, type ReleaseSite } from './release-site.ts';
import { compareVersions, parseVersion } from './version.ts';

/**
 * Where the engines differ, as far as a run depends on it: the first version of each product that has a feature. Only
 * this file, with the sites that it names, depends on the product or version of an engine.
 */
const SINCE = {
  /** `init -json`. */
  'init as JSON': { Terraform: '1.9.0', OpenTofu: undefined },
  /** Sources of modules and backends may depend on variables, so commands that load the configuration need them. */
  'load with variables': { Terraform: '1.15.0', OpenTofu: '1.8.0' },
  /** `plan -invoke=action.TYPE.NAME`. */
  'invoke actions': { Terraform: '1.14.0', OpenTofu: undefined },
  /** Takes a package from its plugin cache although the lock file does not name it, if a setting allows that. */
  'trust a plugin cache without a lock file': { Terraform: '1.4.0', OpenTofu: '1.6.0' },
} as const satisfies Record<string, Record<Engine['product'], string | undefined>>;

/** By the name in a setting: the product's own name, its program, and where its releases are. */
export const PRODUCTS = {
  terraform: { name: 'Terraform', program: 'terraform', site: TERRAFORM_SITE },
  opentofu: { name: 'OpenTofu', program: 'tofu', site: OPENTOFU_SITE },
} as const satisfies Record<EngineProduct, { name: Engine['product']; program: string; site: ReleaseSite }>;

export const productOf = ({ product }: Pick<Engine, 'product'>): EngineProduct =>
  product === PRODUCTS.opentofu.name ? 'opentofu' : 'terraform';

export type EngineAbility = keyof typeof SINCE;

export function engineCan({ product, version }: Pick<Engine, 'product' | 'version'>, ability: EngineAbility) {
  const since = parseVersion(SINCE[ability][product] ?? '');
  const actual = parseVersion(version);
  if (since === undefined || actual === undefined) return false;
  // A pre-release has the features of its release.
  return compareVersions({ ...actual, prerelease: '' }, since) >= 0;
}
