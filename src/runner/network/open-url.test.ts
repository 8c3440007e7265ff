import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openFollowing, type OpenUrl } from '../../releases/fetch-url.ts';
import { openWithin } from './open-url.ts';

const signal = AbortSignal.timeout(20_000);
const isolated = { mode: 'isolated', doors: [], networks: [] } as const;
const settings = (more: object) => ({ ...isolated, doors: [], networks: [], ...more });
const CLOSED = 'in a network that runs of this runner do not reach';

test.each([
  'https://127.0.0.1:1/x',
  'https://127.1:1/x',
  'https://2130706433:1/x',
  'https://[::1]:1/x',
  'https://[::ffff:127.0.0.1]:1/x',
  'https://0.0.0.0:1/x',
  'https://169.254.169.254/latest/meta-data/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[fe80::1]/',
  'https://localhost:1/x',
])('an order does not call %s where runs have their own network', async (url) => {
  await expect(openWithin(settings({}))(url, signal)).rejects.toThrow(CLOSED);
});

test.each(['https://10.0.0.1:1/', 'https://192.168.1.1:1/', 'https://100.64.0.1:1/', 'https://[fc00::1]:1/'])(
  'an order does not call %s where runs have public networks only',
  async (url) => {
    await expect(openWithin(settings({ mode: 'public' }))(url, signal)).rejects.toThrow(CLOSED);
  },
);

test('what runs reach, an order reaches too', async () => {
  const url = 'https://127.0.0.1:1/x';
  for (const more of [
    { mode: 'host' },
    { doors: [{ address: '127.0.0.1', port: 1 }] },
    { mode: 'public', networks: ['127.0.0.0/8'] },
  ])
    await expect(openWithin(settings(more))(url, signal)).rejects.toThrow('ECONNREFUSED');
  const otherPort = openWithin(settings({ doors: [{ address: '127.0.0.1', port: 2 }] }));
  await expect(otherPort(url, signal)).rejects.toThrow(CLOSED);
});

test.each([
  ['https://169.254.169.254/latest', CLOSED],
  ['https://localhost:1/x', CLOSED],
  ['http://registry.test/x', 'without https'],
  ['file:///etc/passwd', 'without https'],
])('a registry cannot redirect an order to %s', async (location, words) => {
  const within = openWithin(settings({}));
  const open: OpenUrl = async (url, ending) =>
    new URL(url).host === 'registry.test'
      ? { status: 302, location, body: Readable.from([]) }
      : await within(url, ending);
  await expect(openFollowing(open, 'https://registry.test/a.zip', signal)).rejects.toThrow(words);
});
