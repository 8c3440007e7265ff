import { existsSync } from 'node:fs';
import type { NetworkSettings, RunnerSettings } from '../settings.ts';
import type { IsolatedNetwork, NetworkChoice } from './network-choice.ts';
import { openNetwork, type RunNetwork } from './open-network.ts';

const PROGRAM = '/usr/bin/slirp4netns';
const NEEDED = [PROGRAM, '/usr/bin/nsenter', '/usr/bin/bwrap'];
/** The address at which clouds give the machine's credentials to any process that asks. */
const LINK_LOCAL = ['169.254.0.0/16'];
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '198.18.0.0/15'];

/** Chooses the network of runs and logs what stays open. Errors: where the requested mode does not work. */
export async function chooseNetwork(
  { network, log }: Pick<RunnerSettings, 'network' | 'log'>,
  isSandboxed: boolean,
): Promise<NetworkChoice> {
  const host: NetworkChoice = { kind: 'host' };
  const open = (why: string) => {
    log('warn', `runs reach this host's loopback, other runs and addresses of cloud metadata: ${why}`);
    return host;
  };
  if (network.mode === 'host') return open('RUNWRIGHT_RUN_NETWORK is host');
  const choice = networkFor(network);
  const failure = isSandboxed ? await checkNetwork(choice) : 'they run without bubblewrap';
  if (failure === undefined) return choice;
  if (network.mode === 'auto') return open(failure);
  throw new Error(`RUNWRIGHT_RUN_NETWORK is ${network.mode}, and that does not work here: ${failure}`);
}

export function networkFor({ mode, networks, doors }: NetworkSettings): IsolatedNetwork {
  const blocked = mode === 'public' ? [...LINK_LOCAL, ...PRIVATE] : LINK_LOCAL;
  return { kind: 'isolated', program: PROGRAM, blocked, allowed: networks, doors };
}

/** Opens a network and closes it again. @returns why it does not work */
async function checkNetwork(choice: IsolatedNetwork): Promise<string | undefined> {
  const opened = await tryToOpenNetwork(choice);
  if (typeof opened === 'string') return opened;
  opened.close();
  return undefined;
}

/** @returns the network, or why it does not work */
export async function tryToOpenNetwork(choice: IsolatedNetwork): Promise<RunNetwork | string> {
  const missing = NEEDED.find((program) => !existsSync(program));
  if (missing !== undefined) return `${missing} is not installed (Debian: slirp4netns, util-linux)`;
  try {
    return await openNetwork(choice);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
