const HOST = /^(?=.{1,255}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;

/**
 * Reads `registry.terraform.io,registry.example.com=https://proxy.internal:8443`: hosts in names of providers, each with
 * the address to ask instead of it, if that differs.
 *
 * @returns the address by host; undefined when a part is no such host or address
 */
export function parseRegistries(text: string): ReadonlyMap<string, string> | undefined {
  const registries = new Map<string, string>();
  for (const part of text.split(',').map((word) => word.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const host = at === -1 ? part : part.slice(0, at).trim();
    const address = at === -1 ? `https://${host}` : part.slice(at + 1).trim();
    if (!HOST.test(host) || !isAddress(address) || registries.has(host)) return undefined;
    registries.set(host, address.replace(/\/+$/, ''));
  }
  return registries;
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return protocol === 'https:' && [username, password, search, hash].every((part) => part === '');
}
