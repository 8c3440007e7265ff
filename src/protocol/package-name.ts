/** One provider for one platform. */
export interface PackageName {
  /** With its port, if any, in lower case ASCII: `registry.terraform.io`. */
  host: string;
  namespace: string;
  type: string;
  /** Without a `v`; what follows a `+` counts: `1.0.0+a` is another version than `1.0.0`. */
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
 * Undefined for what the runner keeps no package of, which is then terraform's alone to judge: names in other letters
 * than ASCII, in upper case, of two parts, or so long that no registry has them.
 */
export function namePackage(address: string, version: string, platform: string): PackageName | undefined {
  const [host = '', namespace = '', type = '', ...more] = address.split('/');
  const isNamed = HOST.test(host) && !host.includes('..') && PART.test(namespace) && PART.test(type);
  if (!isNamed || more.length > 0 || !VERSION.test(version) || !PLATFORM.test(platform)) return undefined;
  return { host, namespace, type, version, platform };
}

export const addressOf = ({ host, namespace, type }: PackageName): string => `${host}/${namespace}/${type}`;

/** Where terraform keeps an installed package, below its folder of providers or a folder of its own. */
export const pathOf = (name: PackageName): string => `${addressOf(name)}/${name.version}/${name.platform}`;
