import { BlockList, isIP } from 'node:net';

/** Private addresses and names that calls may go to. */
export interface AllowList {
  /** Lower case. Every address that such a name resolves to is allowed. */
  names: ReadonlySet<string>;
  networks: BlockList;
}

/** Not public, or not unicast (IANA special-purpose registries), or metadata services at public addresses. */
const REFUSED_IPV4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Inside 2000::/3, the only public part: tunnels (which hold an IPv4 address) and documentation. */
const REFUSED_IPV6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refused = new BlockList();
for (const [network, bits] of REFUSED_IPV4) refused.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of REFUSED_IPV6) refused.addSubnet(network, bits, 'ipv6');
const publicIpv6 = new BlockList();
publicIpv6.addSubnet('2000::', 3, 'ipv6');
const mappedIpv4 = new BlockList();
mappedIpv4.addSubnet('::ffff:0:0', 96, 'ipv6');

/** @param address an IPv4 or IPv6 address as text, as the resolver or the socket gives it */
export function mayCallAddress(address: string, allowed: AllowList): boolean {
  const [plain = ''] = address.split('%', 1);
  const family = isIP(plain);
  if (family === 0) return false;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (allowed.networks.check(plain, kind)) return true;
  // Rules for IPv4 also hold for IPv4-mapped IPv6 addresses: the block list knows them.
  if (refused.check(plain, kind)) return false;
  return family === 4 || publicIpv6.check(plain, 'ipv6') || mappedIpv4.check(plain, 'ipv6');
}

/**
 * Reads `127.0.0.1,10.0.0.0/8,fd00::/8,hooks.example.internal`.
 *
 * @returns undefined when a part is no address, network or host name
 */
export function parseAllowList(text: string): AllowList | undefined {
  const names = new Set<string>();
  const networks = new BlockList();
  for (const part of text.split(',').map((word) => word.trim().toLowerCase())) {
    if (part === '') continue;
    const [address = '', bits, ...rest] = part.split('/');
    const family = isIP(address);
    if (family !== 0 && rest.length === 0) {
      const kind = family === 4 ? 'ipv4' : 'ipv6';
      const widest = family === 4 ? 32 : 128;
      if (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= widest)) return undefined;
      networks.addSubnet(address, bits === undefined ? widest : Number(bits), kind);
    } else if (/^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/.test(part) && !/^[\d.]+$/.test(part)) {
      names.add(part);
    } else {
      return undefined;
    }
  }
  return { names, networks };
}
