import { createHash } from 'node:crypto';
import type { PackageName } from '../../protocol/package-name.ts';

/** The groups of runs that may get a package. */
export interface Scopes {
  /** The scope of one organization of one server. */
  own: string;
  /** Scopes whose packages may be chosen where no lock file names one: its own and imported packages. */
  chosen: string[];
  /** Also the public scope, where the lock file says which bytes are wanted. */
  wanted(name: Pick<PackageName, 'host'>): string[];
  /** The scopes that a package is stored in after a run has fetched it. */
  kept(name: Pick<PackageName, 'host'>): string[];
}

/** Registries whose packages are public. */
const PUBLIC_HOSTS: ReadonlySet<string> = new Set(['registry.terraform.io', 'registry.opentofu.org']);
export const PUBLIC = 'public';
/** Providers that the operator has imported, for all organizations. */
export const IMPORTED = 'imported';

const OF_ORGANIZATION = 'organization-';
export const isOfOrganization = (scope: string): boolean => scope.startsWith(OF_ORGANIZATION);
/** The scopes in which a package is kept that the operator has ordered: those of the whole host. */
export const keptForHost = ({ host }: Pick<PackageName, 'host'>): string[] => [
  IMPORTED,
  ...(PUBLIC_HOSTS.has(host) ? [PUBLIC] : []),
];

/**
 * A private registry authorizes its callers, and knowing a hash gives no right, since lock files are published. The
 * name that one organization gives a package means nothing to another, unless its lock file has the same hash.
 */
export function scopesOf(serverUrl: string, organization: string): Scopes {
  const digest = createHash('sha256')
    .update(JSON.stringify([serverUrl, organization]))
    .digest('hex');
  const own = `${OF_ORGANIZATION}${digest.slice(0, 32)}`;
  return {
    own,
    chosen: [own, IMPORTED],
    wanted: ({ host }) => [own, IMPORTED, ...(PUBLIC_HOSTS.has(host) ? [PUBLIC] : [])],
    kept: ({ host }) => [own, ...(PUBLIC_HOSTS.has(host) ? [PUBLIC] : [])],
  };
}
