import type { Engine } from '../engines/engine.ts';

/** What an engine takes for a file of a module; only OpenTofu reads names of its own. */
const CONFIGURATION = /\.tf(\.json)?$/;
const OPENTOFU_CONFIGURATION = /\.(tf|tofu)(\.json)?$/;
/** Names that editors give to their own copies: the engines leave them alone. */
const IGNORED = /^\.|~$|^#.*#$/;

/**
 * Whether the engine reads a file of this name as part of the module in its folder. Names are compared as they are
 * written: `MAIN.TF` is no configuration. Test, query and stack files belong to other commands than a run's.
 */
export function isReadByEngine(name: string, product: Engine['product']): boolean {
  const pattern = product === 'OpenTofu' ? OPENTOFU_CONFIGURATION : CONFIGURATION;
  return pattern.test(name) && !IGNORED.test(name);
}
