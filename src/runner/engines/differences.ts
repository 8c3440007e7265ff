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
} as const satisfies Record<string, Record<Engine['product'], string | undefined>>;

export type EngineAbility = keyof typeof SINCE;

export function engineCan({ product, version }: Pick<Engine, 'product' | 'version'>, ability: EngineAbility) {
  const since = parseVersion(SINCE[ability][product] ?? '');
  const actual = parseVersion(version);
  if (since === undefined || actual === undefined) return false;
  // A pre-release has what its release will have.
  return compareVersions({ ...actual, prerelease: '' }, since) >= 0;
}
