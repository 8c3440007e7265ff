import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Server } from 'node:net';
import type { Door } from './network-choice.ts';

/** A network name space, and the process that listens in it. */
export interface Holder {
  fd: number;
  ownerFd: number | undefined;
  /** Listens on an address of the name space's own loopback. Errors: when the address is taken. */
  listen(door: Door): Promise<Server>;
  close(): void;
}

const BWRAP = '/usr/bin/bwrap';
/** Inside, only the name space's own loopback is up. */
const ISOLATION = ['--unshare-net', '--die-with-parent', '--dev-bind', '/', '/'];
/** The network name space is owned by a user name space of another user, in which that user is root. */
const OWNER = ['--unshare-user', '--uid', '0', '--gid', '0', '--cap-add', 'CAP_NET_BIND_SERVICE'];
const START_MS = 20_000;

/** A socket belongs to the name space that it was made in, and can be passed out. Text, so that it loads nothing. */
const PROGRAM = `
const { createServer } = require('node:net');
process.on('message', ({ id, address, port }) => {
  const server = createServer();
  server.once('error', (error) => process.send({ id, error: error.message }));
  // Kept open here too, it would take calls that nobody answers.
  server.listen(port, address, () => process.send({ id }, server, {}, () => server.close()));
});
process.on('disconnect', () => process.exit());
process.send({ id: 0 });
`;

export async function startHolder(): Promise<Holder> {
  const isRoot = process.getuid?.() === 0;
  const child = spawn(
    BWRAP,
    [...ISOLATION, ...(isRoot ? [] : OWNER), '--', process.execPath, '-e', PROGRAM],
    { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true },
  );
  const waiting = new Map<number, (answer: { error?: string; server?: Server }) => void>();
  const answerOf = (id: number) =>
    new Promise<{ error?: string; server?: Server }>((resolve) => waiting.set(id, resolve));
  const failAll = (error: string) => waiting.forEach((settle) => settle({ error }));
  child.on('message', (message, server) => {
    const { id, error } = message as { id: number; error?: string };
    waiting.get(id)?.({ ...(error !== undefined && { error }), ...(server && { server: server as Server }) });
    waiting.delete(id);
  });
  child.once('error', (error) => failAll(error.message));
  child.once('exit', (code) => failAll(`${BWRAP} ended with code ${code}`));
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
  const started = await answerOf(0);
  clearTimeout(timer);
  if (started.error !== undefined) throw new Error(started.error);

  const [inner = ''] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
  const fd = openSync(`/proc/${inner}/ns/net`, 'r');
  const ownerFd = isRoot ? undefined : openSync(`/proc/${inner}/ns/user`, 'r');
  let lastId = 0;
  return {
    fd,
    ownerFd,
    async listen(door) {
      const id = ++lastId;
      const answer = answerOf(id);
      child.send({ id, ...door });
      const { error, server } = await answer;
      if (server === undefined)
        throw new Error(`${door.address}:${door.port} cannot be opened for runs: ${error}`);
      return server;
    },
    close() {
      // The process then ends by itself.
      if (child.connected) child.disconnect();
      closeSync(fd);
      if (ownerFd !== undefined) closeSync(ownerFd);
    },
  };
}
