import { spawn, type ChildProcess } from 'node:child_process';
import { connect, type Server, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Door, IsolatedNetwork } from './network-choice.ts';
import { startHolder, type Holder } from './holder.ts';

/** A network of one run's own. */
export interface RunNetwork {
  fd: number;
  ownerFd: number | undefined;
  /** Passes calls to an address of the run's own loopback on to the same address of the host's loopback. */
  openDoor(door: Door): Promise<void>;
  close(): void;
}

const NSENTER = '/usr/bin/nsenter';
const GATEWAY = '10.0.2.2';
/** Slirp4netns resolves names there, as the host would. */
export const RESOLV_CONF = 'nameserver 10.0.2.3\n';
const OWN_NETWORK = '10.0.2.0/24';
const READY_MS = 20_000;

/**
 * Makes a network name space with a way out through slirp4netns: the run reaches the same network as this host, but
 * not the host's loopback, its abstract sockets, other runs, or blocked networks.
 */
export async function openNetwork(choice: IsolatedNetwork): Promise<RunNetwork> {
  const holder = await startHolder();
  const servers = new Set<Server>();
  let wayOut: ChildProcess | undefined;
  const close = () => {
    wayOut?.kill('SIGKILL');
    servers.forEach((server) => server.close());
    holder.close();
  };
  try {
    wayOut = await startWayOut(choice.program, holder);
    await setRoutes(holder, choice);
    const network: RunNetwork = {
      fd: holder.fd,
      ownerFd: holder.ownerFd,
      async openDoor(door) {
        const server = await holder.listen(door);
        servers.add(server);
        server.on('connection', (socket) => passOn(socket, door));
      },
      close,
    };
    for (const door of choice.doors) await network.openDoor(door);
    return network;
  } catch (error) {
    close();
    throw error;
  }
}

function passOn(socket: Socket, door: Door): void {
  const onward = connect(door.port, door.address);
  for (const [one, other] of [
    [socket, onward],
    [onward, socket],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
    one.pipe(other);
  }
}

/** Slirp4netns ends with this process, whose end closes the exit descriptor. */
async function startWayOut(program: string, { fd, ownerFd }: Holder): Promise<ChildProcess> {
  const owner = ownerFd === undefined ? [] : ['--userns-path=/proc/self/fd/6'];
  const options = ['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=4', '--exit-fd=5'];
  const child = spawn(program, [...options, ...owner, '--netns-type=path', '/proc/self/fd/3', 'tap0'], {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', fd, 'pipe', 'pipe', ownerFd ?? 'ignore'],
    detached: true,
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < 1_000) said += text;
  });
  const isReady = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), READY_MS);
    const settle = (ready: boolean) => {
      clearTimeout(timer);
      resolve(ready);
    };
    (child.stdio[4] as Readable).once('data', () => settle(true));
    child.once('error', () => settle(false));
    child.once('exit', () => settle(false));
  });
  if (isReady) return child;
  child.kill('SIGKILL');
  throw new Error(`slirp4netns does not start: ${said.trim().replaceAll('\n', '; ')}`);
}

async function setRoutes({ fd, ownerFd }: Holder, { blocked, allowed }: IsolatedNetwork): Promise<void> {
  const routes = [
    ...blocked.map((network) => ['add', 'blackhole', network]),
    ...allowed.map((network) => ['replace', network, 'via', GATEWAY]),
  ].filter((route) => !route.includes(OWN_NETWORK));
  // One process adds all routes: starting one takes longer than its work.
  const lines = routes.map((route) => `route ${route.join(' ')}\n`).join('');
  await enter({ fd, ownerFd }, ['ip', '-batch', '-'], lines);
}

function enter(
  { fd, ownerFd }: Pick<Holder, 'fd' | 'ownerFd'>,
  command: string[],
  input: string,
): Promise<void> {
  // A user other than root may not change groups there, and is root of that name space already.
  const owner = ownerFd === undefined ? [] : ['--user=/proc/self/fd/4', '--preserve-credentials'];
  return new Promise((resolve, reject) => {
    const child = spawn(NSENTER, [...owner, '--net=/proc/self/fd/3', '--', ...command], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      stdio: ['pipe', 'ignore', 'pipe', fd, ownerFd ?? 'ignore'],
    });
    let said = '';
    // A process that ended early says why on stderr.
    child.stdin?.on('error', () => undefined).end(input);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text.slice(0, 300)));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command.join(' ')}: ${said.trim() || `code ${code}`}`)),
    );
  });
}
