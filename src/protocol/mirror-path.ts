/** Below it, by organization, is what terraform takes providers of other registries from. */
export const PROVIDER_MIRRORS = '/api/registry/v1/mirrors/';

/** As a `network_mirror` of terraform's CLI configuration names it: it must end with a slash. */
export const mirrorPathOf = (organization: string): string =>
  `${PROVIDER_MIRRORS}${encodeURIComponent(organization)}/`;
