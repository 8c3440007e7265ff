import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkFor, tryToOpenNetwork } from '../../runner/network/choose-network.ts';
import type { RunNetwork } from '../../runner/network/open-network.ts';
import type { WorkingBubblewrap } from '../../runner/sandbox/bubblewrap-check.ts';
import type { NetworkSettings } from '../../runner/settings.ts';
import { runInBox } from './doctor-box.ts';

/** The parts of the network that runs reach. */
export interface NetworkHoles {
  /** Runs have a network of their own: none of these should be reachable. */
  isIsolated: boolean;
  /** In words; where runs have a network of their own, an untested part counts as closed. */
  open: string[];
  /** The reason why runs have the host's network, or why nothing could be tried. */
  reason?: string;
}

/** The address at which clouds give the machine's credentials to any process that asks. */
const METADATA = '169.254.169.254/80';
/** The address that slirp4netns would forward to the host's loopback. */
const GATEWAY = '10.0.2.2';

/** Listens on this host's loopback, and calls it and the metadata address from the sandbox that runs have. */
export async function tryNetwork(check: WorkingBubblewrap, settings: NetworkSettings): Promise<NetworkHoles> {
  const opened =
    settings.mode === 'host' ? 'RUNWRIGHT_RUN_NETWORK is host' : await tryToOpenNetwork(networkFor(settings));
  const [network, reason] = typeof opened === 'string' ? [undefined, opened] : [opened, undefined];
  const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  try {
    const { port } = listener.address() as AddressInfo;
    const targets = [`127.0.0.1/${port}`, `${GATEWAY}/${port}`, METADATA];
    return {
      isIsolated: network !== undefined,
      ...(await call(check, targets, network)),
      ...(reason && { reason }),
    };
  } finally {
    listener.close();
    network?.close();
  }
}

async function call(
  check: WorkingBubblewrap,
  targets: readonly string[],
  network: RunNetwork | undefined,
): Promise<Pick<NetworkHoles, 'open' | 'reason'>> {
  const attempts = targets.map(
    (target) => `timeout 3 bash -c ': < /dev/tcp/${target}' 2>/dev/null && echo 'open ${target}'`,
  );
  const said = await runInBox(
    check,
    ['command -v bash >/dev/null || echo none', ...attempts].join('\n'),
    network,
  );
  if (said.includes('none'))
    return { open: [], reason: 'nothing could be tried, since there is no bash here' };
  const reached = targets.filter((target) => said.includes(`open ${target}`));
  return {
    open: [
      ...(reached.some((target) => target !== METADATA) ? ["this host's loopback"] : []),
      ...(reached.includes(METADATA) ? ['the metadata address 169.254.169.254'] : []),
    ],
  };
}
