import type { Engine } from '../engines/engine.ts';

/** Names that an engine reads as a file of a module; only OpenTofu reads `.tofu` names. */
const CONFIGURATION = /\.tf(\.json)?$/;
const OPENTOFU_CONFIGURATION = /\.(tf|tofu)(\.json)?$/;
/** Names that editors give to their own copies: the engines ignore them. */
const IGNORED = /^\.|~$|^#.*#$/;

/**
 * Whether the engine reads a file of this name as part of the module in its folder. Names are case-sensitive:
 * `MAIN.TF` is no configuration. Test, query and stack files belong to commands that no run uses.
 */
export function isReadByEngine(name: string, product: Engine['product']): boolean {
  const pattern = product === 'OpenTofu' ? OPENTOFU_CONFIGURATION : CONFIGURATION;
  return pattern.test(name) && !IGNORED.test(name);
}
