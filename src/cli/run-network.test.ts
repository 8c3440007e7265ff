import { expect, test } from 'vitest';
import { readRunNetwork } from './run-network.ts';

const read = (mode?: string, allow?: string) =>
  readRunNetwork((name) => (name === 'RUNWRIGHT_RUN_NETWORK' ? mode : allow));

test('ports of loopback and networks are told apart', () => {
  expect(read()).toEqual({ mode: 'auto', doors: [], networks: [] });
  expect(read('public', '127.0.0.1:5432, 10.1.0.0/16,192.168.0.7,[::1]:8080')).toEqual({
    mode: 'public',
    doors: [
      { address: '127.0.0.1', port: 5432 },
      { address: '::1', port: 8080 },
    ],
    networks: ['10.1.0.0/16', '192.168.0.7'],
  });
  expect(read('auto', 'localhost:80').doors).toHaveLength(2);
});

test.each([
  ...['127.0.0.1', '127.0.0.0/8', '10.0.0.1:80', 'example.com:80', '0.0.0.0/0'],
  ...['127.0.0.1:99999', '127.0.0.1:0', '1.2.3/8', 'fe80::/10'],
])('the entry %j is refused by the name of its setting', (entry) => {
  expect(() => read('auto', entry)).toThrow('RUNWRIGHT_RUN_ALLOW_NETWORK');
});

test('an unknown mode is refused', () => {
  expect(() => read('open')).toThrow('RUNWRIGHT_RUN_NETWORK must be one of auto, isolated, public, host');
});
