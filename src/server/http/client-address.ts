import { isIP, type BlockList } from 'node:net';

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** `203.0.113.9`, `203.0.113.9:4711`, `2001:db8::9`, `[2001:db8::9]` or `[2001:db8::9]:4711` */
const FORWARDED = /^(?:(?<ipv4>[\d.]+)(?::\d+)?|\[(?<bracketed>[\da-f:.]+)\](?::\d+)?|(?<ipv6>[\da-f:.]+))$/i;

/**
 * The address that a request comes from: that of its connection or, where this is a trusted proxy's, the last one in
 * `X-Forwarded-For` that is not. To the left of that one, the header has whatever its sender wrote.
 *
 * @param connection the address at the other end of the connection, as the socket gives it
 * @param forwardedFor the header; empty without one
 */
export function clientAddress(connection: string, forwardedFor: string, proxies: BlockList): string {
  let address = plain(connection);
  const hops = forwardedFor.split(',');
  while (isIn(address, proxies)) {
    // A proxy that names nobody, or no address, is itself the sender.
    const before = readHop(hops.pop() ?? '');
    if (before === undefined) break;
    address = before;
  }
  return address;
}

/**
 * What limits count as one sender: an IPv4 address, or the network of 64 bits of an IPv6 address, since one machine can
 * use each address of its network.
 */
export function countedAddress(address: string): string {
  const [text = ''] = address.split('%', 1);
  if (isIP(text) !== 6) return address;
  // A URL has the shortest form of an address: `::` for the longest row of zeros, and no dots.
  const [start = '', end] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::');
  const before = start === '' ? [] : start.split(':');
  const after = end === undefined || end === '' ? [] : end.split(':');
  const groups = [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}

function readHop(text: string): string | undefined {
  const { ipv4, bracketed, ipv6 } = FORWARDED.exec(text.trim())?.groups ?? {};
  const address = ipv4 ?? bracketed ?? ipv6 ?? '';
  return isIP(address) === 0 ? undefined : plain(address);
}

/** A server that listens on IPv6 sees callers over IPv4 at mapped addresses. */
const plain = (address: string): string => MAPPED_IPV4.exec(address)?.[1] ?? address;

function isIn(address: string, networks: BlockList): boolean {
  const family = isIP(address);
  // The zone of a link-local address is of this machine and no part of any network.
  return family !== 0 && networks.check(address.split('%', 1)[0] ?? '', family === 4 ? 'ipv4' : 'ipv6');
}
