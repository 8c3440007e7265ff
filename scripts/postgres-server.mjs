/**
 * A PostgreSQL server for the tests: a cluster of its own in a temporary folder, on a free loopback port, removed
 * after the tests.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const START_TIMEOUT_MS = 30_000;

/** The folder with initdb and postgres: Debian keeps them off PATH. null when they are not installed. */
export function findPostgres() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ];
  return (
    folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(path.join(folder, name)))) ??
    null
  );
}

/** @returns its address for a superuser, and `stop`, which also deletes it */
export async function startPostgres(binFolder) {
  const folder = mkdtempSync(path.join(tmpdir(), 'runwright-postgres-'));
  const password = randomBytes(18).toString('hex');
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const user = unprivilegedUser();
  if (user) for (const file of [folder, passwordFile]) chownSync(file, user.uid, user.gid);

  const data = path.join(folder, 'data');
  const port = await findFreePort();
  const initdb = asUser(user, path.join(binFolder, 'initdb'), [
    ...['-D', data, '-U', 'runwright', '--auth', 'scram-sha-256', '--pwfile', passwordFile],
    ...['--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync'],
  ]);
  execFileSync(initdb.command, initdb.args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });

  // A test may lose its data in a power cut, so the server need not wait for the disk.
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '100',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const postgres = asUser(user, path.join(binFolder, 'postgres'), ['-D', data, ...options]);
  const server = spawn(postgres.command, postgres.args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (chunk) => (log = (log + chunk).slice(-4_000)));
  const exited = new Promise((resolve) => server.once('exit', resolve));

  const endNow = () => {
    server.kill('SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', endNow);
  const stop = async () => {
    process.removeListener('exit', endNow);
    // SIGINT ends the sessions, then the server. SIGQUIT would leave its children to notice by themselves.
    server.kill('SIGINT');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };

  const url = `postgres://runwright:${password}@127.0.0.1:${port}/postgres`;
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await accepts(url))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`PostgreSQL did not start:\n${log}`);
    }
    await sleep(100);
  }
  return { url, stop };
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return null;
  const id = (flag, name) => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }));
  const name = spawnSync('id', ['-u', 'postgres']).status === 0 ? 'postgres' : 'nobody';
  return { uid: id('-u', name), gid: id('-g', name) };
}

/** Through setpriv, which also ends the program when this process is killed. */
function asUser(user, program, args) {
  if (!user) return { command: program, args };
  const drop = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--pdeathsig=QUIT'];
  return { command: 'setpriv', args: [...drop, program, ...args] };
}

async function findFreePort() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function accepts(connectionString) {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
}
