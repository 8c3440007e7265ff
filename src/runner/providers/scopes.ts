import { createHash } from 'node:crypto';
import type { PackageName } from '../../protocol/package-name.ts';

/** Who may be given a package. */
export interface Scopes {
  /** Of one organization of one server. */
  own: string;
  /** Those whose packages may be chosen where no lock file says which: its own and imported ones. */
  chosen: string[];
  /** Also those that anybody may have, where the lock file says which bytes are wanted. */
  wanted(name: Pick<PackageName, 'host'>): string[];
  /** Where a package is found that a run has fetched. */
  kept(name: Pick<PackageName, 'host'>): string[];
}

/** Registries whose packages are everybody's. */
const PUBLIC_HOSTS: ReadonlySet<string> = new Set(['registry.terraform.io', 'registry.opentofu.org']);
const PUBLIC = 'public';
/** Providers that the operator of this machine has brought, for all organizations. */
export const IMPORTED = 'imported';

/**
 * A private registry gives its packages to whom it knows: to know a hash is no right, lock files are published. And what
 * one organization calls a package says nothing to another, unless its lock file says the same of the contents.
 */
export function scopesOf(serverUrl: string, organization: string): Scopes {
  const digest = createHash('sha256')
    .update(JSON.stringify([serverUrl, organization]))
    .digest('hex');
  const own = `organization-${digest.slice(0, 32)}`;
  return {
    own,
    chosen: [own, IMPORTED],
    wanted: ({ host }) => [own, IMPORTED, ...(PUBLIC_HOSTS.has(host) ? [PUBLIC] : [])],
    kept: ({ host }) => [own, ...(PUBLIC_HOSTS.has(host) ? [PUBLIC] : [])],
  };
}
