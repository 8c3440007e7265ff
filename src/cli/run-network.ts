import { BlockList, isIP } from 'node:net';
import type { NetworkSettings } from '../runner/settings.ts';
import { usageError } from './cli-error.ts';

const MODES = ['auto', 'isolated', 'public', 'host'] as const;
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** The network of runs. Errors: one line that names the setting and its form. */
export function readRunNetwork(given: (name: string) => string | undefined): NetworkSettings {
  const mode = MODES.find((known) => known === (given('RUNWRIGHT_RUN_NETWORK') ?? 'auto'));
  if (mode === undefined) throw usageError(`RUNWRIGHT_RUN_NETWORK must be one of ${MODES.join(', ')}`);
  const settings: NetworkSettings = { mode, doors: [], networks: [] };
  const entries = (given('RUNWRIGHT_RUN_ALLOW_NETWORK') ?? '').split(',').map((entry) => entry.trim());
  for (const entry of entries.filter((text) => text !== '')) {
    const door = readDoor(entry);
    if (door) settings.doors.push(...door);
    else if (isNetwork(entry)) settings.networks.push(entry);
    else {
      throw usageError(
        `RUNWRIGHT_RUN_ALLOW_NETWORK: ${JSON.stringify(entry)} must be a port of this host's loopback like 127.0.0.1:5432, or a network like 10.1.0.0/16`,
      );
    }
  }
  return settings;
}

function readDoor(entry: string): NetworkSettings['doors'] | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([\da-f:]+)\]|([\w.]+)):(\d{1,5})$/i.exec(entry) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  if (plain === 'localhost') return ['127.0.0.1', '::1'].map((address) => ({ address, port }));
  const address = bracketed ?? plain ?? '';
  const version = isIP(address);
  const isLoopback = version !== 0 && loopback.check(address, version === 6 ? 'ipv6' : 'ipv4');
  return isLoopback ? [{ address, port }] : undefined;
}

function isNetwork(entry: string): boolean {
  const [, address = '', bits = '32'] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(entry) ?? [];
  // Loopback cannot be opened as a whole: each port needs a door.
  if (isIP(address) !== 4 || loopback.check(address)) return false;
  return Number(bits) >= 1 && Number(bits) <= 32;
}
