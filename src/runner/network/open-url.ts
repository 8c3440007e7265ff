import { lookup } from 'node:dns';
import { get } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { OpenUrl } from '../../releases/fetch-url.ts';
import type { NetworkSettings } from '../settings.ts';
import { networkFor } from './choose-network.ts';

/**
 * Opens addresses for the runner itself, with the limits that the network of its runs has: what runs may not reach, an
 * order from the server must not reach either.
 */
export function openWithin(network: NetworkSettings): OpenUrl {
  const mayCall = (address: string, port: number): boolean => {
    if (network.mode === 'host') return true;
    if (network.doors.some((door) => door.address === address && door.port === port)) return true;
    const { blocked, allowed } = networkFor(network);
    const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (listOf(allowed).check(address, kind)) return true;
    return !listOf([...blocked, ...OWN, ...(network.mode === 'public' ? OTHER_PRIVATE : [])]).check(
      address,
      kind,
    );
  };
  return async (text, signal) => {
    const url = new URL(text);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || 443);
    const isClosed = isIP(host) !== 0 && !mayCall(host, port);
    if (isClosed) throw new Error(CLOSED);
    const checkedLookup: LookupFunction = (name, options, done) => {
      lookup(name, { ...options, all: true }, (error, addresses) => {
        if (error) return done(error, '', 0);
        const open = addresses.filter(({ address }) => mayCall(address, port));
        const [first] = open;
        if (!first) return done(new Error(CLOSED), '', 0);
        return options.all ? done(null, open) : done(null, first.address, first.family);
      });
    };
    return await new Promise((resolve, reject) => {
      const request = get(url, { agent: false, lookup: checkedLookup, signal }, (response) =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          body: response,
        }),
      );
      request.on('error', (error: NodeJS.ErrnoException) => {
        reject(new Error(signal.aborted ? 'it took too long' : (error.code ?? error.message)));
      });
    });
  };
}

const CLOSED = 'it is in a network that runs of this runner do not reach';
/** The host itself, and link-local addresses. */
const OWN = ['127.0.0.0/8', '0.0.0.0/8', '::1/128', '::/128', 'fe80::/10'];
const OTHER_PRIVATE = ['fc00::/7'];

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const kind = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (kind === 'ipv6' ? 128 : 32)), kind);
  }
  return list;
}
