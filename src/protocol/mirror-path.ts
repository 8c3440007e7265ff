/** Below this path terraform finds providers of other registries, by organization. */
export const PROVIDER_MIRRORS = '/api/registry/v1/mirrors/';

/** The form for a `network_mirror` in terraform's CLI configuration: it must end with a slash. */
export const mirrorPathOf = (organization: string): string =>
  `${PROVIDER_MIRRORS}${encodeURIComponent(organization)}/`;
