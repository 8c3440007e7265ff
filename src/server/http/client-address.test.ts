import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { clientAddress, countedAddress } from './client-address.ts';

const none = new BlockList();
const proxies = new BlockList();
proxies.addAddress('10.0.0.5');
proxies.addSubnet('10.1.0.0', 16);
proxies.addSubnet('fd00::', 8, 'ipv6');

describe('the address that a request comes from', () => {
  it.each([
    ['nobody is trusted', none, '10.0.0.5', '203.0.113.9', '10.0.0.5'],
    ['the connection is not of a proxy', proxies, '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['the proxy names nobody', proxies, '10.0.0.5', '', '10.0.0.5'],
    ['the proxy names the sender', proxies, '10.0.0.5', '203.0.113.9', '203.0.113.9'],
    ['the sender has written more to the left', proxies, '10.0.0.5', '127.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['there are two proxies', proxies, '10.0.0.5', '192.0.2.1, 203.0.113.9,10.1.2.3', '203.0.113.9'],
    ['every hop is a proxy', proxies, '10.0.0.5', '10.1.0.1, 10.1.2.3', '10.1.0.1'],
    ['the header has a port', proxies, '10.0.0.5', '203.0.113.9:4711', '203.0.113.9'],
    ['the header has IPv6', proxies, 'fd00::1', '2001:db8::9', '2001:db8::9'],
    ['the header has IPv6 with a port', proxies, '10.0.0.5', '[2001:db8::9]:4711', '2001:db8::9'],
    [
      'the connection is over IPv4 to a socket of IPv6',
      proxies,
      '::ffff:10.0.0.5',
      '203.0.113.9',
      '203.0.113.9',
    ],
    ['the header has a mapped address', proxies, '10.0.0.5', '::FFFF:203.0.113.9', '203.0.113.9'],
    ['the header has no address', proxies, '10.0.0.5', '203.0.113.9, unknown', '10.0.0.5'],
    ['the header ends with a comma', proxies, '10.0.0.5', '203.0.113.9,', '10.0.0.5'],
    ['the header has an impossible address', proxies, '10.0.0.5', '999.1.1.1', '10.0.0.5'],
    ['the connection has ended', proxies, '', '203.0.113.9', ''],
  ])('is found where %s', (_case, trusted, connection, header, address) => {
    expect(clientAddress(connection, header, trusted)).toBe(address);
  });
});

describe('limits', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::7', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
    ['2001:DB8:1:2::192.0.2.1', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('count %s as %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });
});
