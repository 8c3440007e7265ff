/** A real sshd on loopback that serves git repositories to the owner of one key. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SshServer {
  /** The private key that it accepts. */
  key: string;
  /** Its host key, as an entry of a `known_hosts` file. */
  hostEntry(): string;
  /** Makes a repository with these files. @returns its address, as the source of a module */
  addRepository(name: string, files: Record<string, string>): string;
  /** Restarts on the same port with another host key, as if another machine answered. */
  changeHostKey(): Promise<void>;
  close(): Promise<void>;
}

const SSHD = '/usr/sbin/sshd';

export function makeKey(file: string): string {
  rmSync(file, { force: true });
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'test', '-f', file]);
  return readFileSync(file, 'utf8');
}

/** Starts it in this folder, for the user that runs the tests: without root, sshd can serve no other user. */
export async function startSshServer(folder: string): Promise<SshServer> {
  const port = await freePort();
  const inFolder = (name: string) => join(folder, name);
  const key = makeKey(inFolder('client-key'));
  makeKey(inFolder('host-key'));
  // As root, sshd requires the folder that Debian's service makes at boot.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const settings = {
    ...{ Port: port, ListenAddress: '127.0.0.1', HostKey: inFolder('host-key'), PidFile: 'none' },
    ...{ AuthorizedKeysFile: inFolder('client-key.pub'), AuthenticationMethods: 'publickey' },
    ...{ StrictModes: 'no', UsePAM: 'no', PermitRootLogin: 'prohibit-password' },
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(inFolder('sshd_config'), lines.join(''));
  let child = await start();

  async function start(): Promise<ChildProcess> {
    const started = spawn(SSHD, ['-D', '-e', '-f', inFolder('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    started.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
    while (!(await accepts(port))) {
      if (started.exitCode !== null) throw new Error(`sshd did not start:\n${output}`);
      await sleep(20);
    }
    return started;
  }
  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  return {
    key,
    hostEntry: () => `[127.0.0.1]:${port} ${readFileSync(inFolder('host-key.pub'), 'utf8')}`,
    addRepository(name, files) {
      const repository = inFolder(name);
      mkdirSync(repository);
      for (const [file, text] of Object.entries(files)) writeFileSync(join(repository, file), text);
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args], {
          cwd: repository,
          stdio: 'ignore',
        });
      git('init', '-b', 'main');
      git('add', '.');
      git('commit', '-m', 'A module');
      return `git::ssh://${userInfo().username}@127.0.0.1:${port}${repository}`;
    },
    async changeHostKey() {
      await stop();
      makeKey(inFolder('host-key'));
      child = await start();
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
