/** One provider for one platform. */
export interface PackageName {
  /** With its port, if any, in lower-case ASCII: `registry.terraform.io`. */
  host: string;
  namespace: string;
  type: string;
  /** Without a `v`; the part after a `+` counts: `1.0.0+a` is another version than `1.0.0`. */
  version: string;
  /** `linux_amd64`. */
  platform: string;
}

const HOST = /^(?=.{1,255}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
const PART = /^[a-z0-9](?:[a-z0-9_-]{0,126}[a-z0-9])?$/;
const VERSION =
  /^(?=.{5,128}$)(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const PLATFORM = /^[a-z0-9]{1,32}_[a-z0-9]{1,32}$/;

/**
 * Undefined for names whose packages the runner does not keep, so that terraform alone judges them: names with
 * non-ASCII or upper-case letters, names of two parts, or names longer than any in a registry.
 */
export function namePackage(address: string, version: string, platform: string): PackageName | undefined {
  const [host = '', namespace = '', type = '', ...more] = address.split('/');
  const isNamed = HOST.test(host) && !host.includes('..') && PART.test(namespace) && PART.test(type);
  if (!isNamed || more.length > 0 || !VERSION.test(version) || !PLATFORM.test(platform)) return undefined;
  return { host, namespace, type, version, platform };
}

export const addressOf = ({
  host,
  namespace,
  type,
}: Pick<PackageName, 'host' | 'namespace' | 'type'>): string => `${host}/${namespace}/${type}`;

/** The path of an installed package, below terraform's folder of providers or a folder of its own. */
export const pathOf = (name: PackageName): string => `${addressOf(name)}/${name.version}/${name.platform}`;
