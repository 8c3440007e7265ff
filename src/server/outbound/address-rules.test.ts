import { expect, test } from 'vitest';
import { mayCallAddress, parseAllowList, type AllowList } from './address-rules.ts';

function allow(text: string): AllowList {
  const list = parseAllowList(text);
  if (list === undefined) throw new Error(`${text} was not understood`);
  return list;
}
const nothing = allow('');

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:169.254.169.254',
  '::ffff:10.1.2.3',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '2002:7f00:1::',
  '2001::1',
  '2001:db8::1',
  '3fff::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '100::1',
  '5f00::1',
  'example.com',
  '',
])('the address %s is not called', (address) => {
  expect(mayCallAddress(address, nothing)).toBe(false);
});

test.each(['1.1.1.1', '172.15.255.255', '172.32.0.1', '100.63.0.1', '8.8.8.8', '223.255.255.255'])(
  '%s is public',
  (address) => {
    expect(mayCallAddress(address, nothing)).toBe(true);
    expect(mayCallAddress(`::ffff:${address}`, nothing)).toBe(true);
  },
);
test.each(['2606:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888'])('%s is public', (address) => {
  expect(mayCallAddress(address, nothing)).toBe(true);
});

test('an allowed address is called, and no other one', () => {
  const list = allow('127.0.0.1, 10.0.0.0/8,fd00::/8,Hooks.Internal');
  for (const address of ['127.0.0.1', '10.255.0.1', 'fd12::1', '::ffff:127.0.0.1']) {
    expect([address, mayCallAddress(address, list)]).toEqual([address, true]);
  }
  for (const address of ['127.0.0.2', '172.16.0.1', 'fe80::1', '::1', '192.168.0.1']) {
    expect([address, mayCallAddress(address, list)]).toEqual([address, false]);
  }
  expect(list.names).toEqual(new Set(['hooks.internal']));
});

test.each(['10.0.0.0/33', '10.0.0/8', '::1/129', '10.0.0.0/8/8', 'a b', 'http://x', '1.2.3', '*', '-a'])(
  'the text %s is no list',
  (text) => {
    expect(parseAllowList(text)).toBeUndefined();
  },
);
