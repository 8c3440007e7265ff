import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Step } from '../../protocol/agent.ts';
import type { BoxNetwork } from '../sandbox/sandbox.ts';
import type { Door, IsolatedNetwork, NetworkChoice } from './network-choice.ts';
import { openNetwork, RESOLV_CONF, type RunNetwork } from './open-network.ts';

/** The network of a step while it is executed. */
export interface StepNetwork {
  box: BoxNetwork;
  /** Makes an address on loopback, which this process serves, reachable for the run. */
  show(url: string): Promise<void>;
  close(): void;
}

/** A network made ahead of need, for the step that comes next. */
export interface WaitingNetwork {
  /** Gives this step the network, with the server's own addresses in reach. Errors: when it could not be made. */
  use(step: Step, stepFolder: string): Promise<StepNetwork | undefined>;
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** @param serverUrl the address by which the runner itself reaches the server */
export function makeNetwork(choice: NetworkChoice, serverUrl: string): WaitingNetwork {
  if (choice.kind === 'host') return { use: () => Promise.resolve(undefined) };
  const made = openServersNetwork(choice, serverUrl);
  made.catch(() => undefined);
  return {
    async use(step, stepFolder) {
      // A second attempt: this process was idle, and what was short then may be free now.
      const { network, open } = await made.catch(() => openServersNetwork(choice, serverUrl));
      if (step.runToken) await openServerDoors(network, step.runToken.serverUrl, open);
      const resolvConf = join(stepFolder, 'resolv.conf');
      await writeFile(resolvConf, RESOLV_CONF, { mode: 0o644 });
      const { fd, ownerFd } = network;
      return {
        box: { fd, ownerFd, resolvConf },
        show: (url) => network.openDoor({ address: new URL(url).hostname, port: Number(new URL(url).port) }),
        close: () => network.close(),
      };
    },
  };
}

/** A network in which the runner's own server is reachable already, with the names of the open doors. */
async function openServersNetwork(
  choice: IsolatedNetwork,
  serverUrl: string,
): Promise<{ network: RunNetwork; open: Set<string> }> {
  const network = await openNetwork(choice);
  const open = new Set(choice.doors.map(nameOf));
  try {
    await openServerDoors(network, serverUrl, open);
    return { network, open };
  } catch (error) {
    network.close();
    throw error;
  }
}

async function openServerDoors(network: RunNetwork, url: string, open: Set<string>): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const found = await lookup(host, { all: true }).catch(() => []);
  for (const { address } of found.filter(({ address }) => isLoopback(address))) {
    const door = { address, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
    if (open.has(nameOf(door))) continue;
    open.add(nameOf(door));
    await network.openDoor(door);
  }
}

const nameOf = ({ address, port }: Door): string => `${address} ${port}`;

const isLoopback = (address: string): boolean =>
  loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
