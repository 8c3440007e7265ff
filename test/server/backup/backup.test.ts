/** `runwright backup` and `runwright restore` as an operator calls them, with a running server. */
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readConfig } from '../../../src/server/config.ts';
import { startServer } from '../../../src/server/running-server.ts';
import { callServer } from '../../support/call-server.ts';
import { makeEmptyDatabase, type TestDatabaseLocation } from '../../support/database.ts';
import { createRun, readyWorkspace } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

const PROGRAM = path.resolve(import.meta.dirname, '..', '..', '..', 'bin', 'runwright');

let server: TestServer;
let folder: string;
const locations: TestDatabaseLocation[] = [];
let workspaceId: string;
let runId: string;
let state: string;

beforeAll(async () => {
  server = await startTestServer();
  folder = path.join(inject('databaseTemplate').workFolder, 'backups');
  mkdirSync(folder);
  ({ workspaceId } = await readyWorkspace(server));
  await server.call('POST', `/api/v2/workspaces/${workspaceId}/vars`, {
    data: { type: 'vars', attributes: { key: 'x', value: 'a secret', category: 'env', sensitive: true } },
  });
  runId = await createRun(server, workspaceId, { 'auto-apply': true });
  const plan = await mustClaim(server);
  await plan.log('planned here\n');
  await plan.finishPlan();
  const apply = await mustClaim(server);
  await apply.sendState(1);
  await apply.finish({ outcome: 'succeeded', engineVersion: '1.11.4' });
  state = await currentState(server.url);
});
afterAll(async () => {
  await server.close();
  for (const location of locations) await location.remove();
});

async function emptyLocation(): Promise<TestDatabaseLocation> {
  const location = await makeEmptyDatabase();
  locations.push(location);
  return location;
}

interface Ended {
  code: number;
  printed: string;
  complaints: string;
}

/** Runs the program on the data folder and the database of `location`. */
function run(location: { homeFolder: string; databaseUrl: string | undefined }, ...args: string[]) {
  const env = {
    PATH: process.env['PATH'],
    RUNWRIGHT_HOME: location.homeFolder,
    RUNWRIGHT_TOKEN: ADMIN_TOKEN,
    ...(location.databaseUrl === undefined ? {} : { DATABASE_URL: location.databaseUrl }),
  };
  return new Promise<Ended>((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env, timeout: 50_000 }, (error, printed, complaints) =>
      resolve({ code: error === null ? 0 : Number(error.code), printed, complaints }),
    );
  });
}

const backUp = async (to: string): Promise<Ended> =>
  await run(server, 'backup', '--to', to, '--address', server.url);

async function currentState(url: string): Promise<string> {
  const call = async (address: string) => await callServer(url, 'GET', address, undefined, ADMIN_TOKEN);
  const version = await call(`/api/v2/workspaces/${workspaceId}/current-state-version`);
  const address = String(version.body.data.attributes['hosted-state-download-url']);
  return (await call(new URL(address).pathname)).text;
}

const onlyFile = (store: string): string => {
  const [inner = ''] = readdirSync(store).filter((name) => name.length === 2);
  const [file = ''] = readdirSync(path.join(store, inner));
  return path.join(store, inner, file);
};

test('a backup of a running server can be restored to another folder and database, which start only together', async () => {
  const to = path.join(folder, 'whole');
  expect(await backUp(to)).toMatchObject({ code: 0 });
  // Changes after the backup are not part of it.
  await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
    data: { type: 'workspaces', attributes: { description: 'after the backup' } },
  });
  const location = await emptyLocation();
  expect(await run(location, 'restore', '--from', to)).toMatchObject({ code: 0 });
  const config = readConfig({
    RUNWRIGHT_HOME: location.homeFolder,
    DATABASE_URL: location.databaseUrl,
    RUNWRIGHT_PORT: '0',
    RUNWRIGHT_RUNNERS: '0',
    RUNWRIGHT_ADMIN_TOKEN: ADMIN_TOKEN,
  });
  const options = {
    log: pino({ level: 'silent' }),
    program: '',
    onCrash: (problem: Error) => {
      throw problem;
    },
  };
  await expect(startServer(config, options)).rejects.toThrow('lacks the key');
  cpSync(path.join(server.homeFolder, 'secret-key'), path.join(location.homeFolder, 'secret-key'));
  const [blobs, away] = ['blobs', 'away'].map((name) => path.join(location.homeFolder, name));
  renameSync(blobs ?? '', away ?? '');
  await expect(startServer(config, options)).rejects.toThrow(
    `RUNWRIGHT_HOME: none of the newest states of the database is in ${blobs}`,
  );
  rmSync(blobs ?? '', { recursive: true });
  renameSync(away ?? '', blobs ?? '');
  const restored = await startServer(config, options);
  try {
    const read = async (address: string) =>
      await callServer(restored.url, 'GET', address, undefined, ADMIN_TOKEN);
    const found = await read(`/api/v2/runs/${runId}`);
    expect(found.body.data.attributes['status']).toBe('applied');
    expect(await currentState(restored.url)).toBe(state);
    const plan = await read(`/api/v2/runs/${runId}/plan`);
    const log = new URL(String(plan.body.data.attributes['log-read-url']));
    expect((await read(log.pathname)).text).toContain('planned here');
    const workspace = await read(`/api/v2/workspaces/${workspaceId}`);
    expect(workspace.body.data.attributes['description']).not.toBe('after the backup');
  } finally {
    await restored.close();
  }
}, 120_000);

test('a second backup into the same folder adds what is new and keeps only one database', async () => {
  const to = path.join(folder, 'twice');
  await backUp(to);
  const second = await createRun(server, workspaceId, { 'plan-only': true });
  await (await mustClaim(server)).finishPlan();
  const ended = await run(server, 'backup', '--json', '--to', to, '--address', server.url);
  expect(ended).toMatchObject({ code: 0, complaints: '' });
  const made = JSON.parse(ended.printed);
  expect(readdirSync(to).toSorted()).toEqual(['backup.json', 'blobs', made.database.file, 'logs'].toSorted());
  expect(second).not.toBe(runId);
  expect(made.blobs).toBeGreaterThan(0);
});

describe('a restore', () => {
  const intact = (): string => path.join(folder, 'whole');
  const copyOf = (name: string): string => {
    const copy = path.join(folder, name);
    cpSync(intact(), copy, { recursive: true });
    return copy;
  };

  test.each<[what: string, break_: (copy: string) => void, says: string]>([
    [
      'a damaged file',
      (copy) => writeFileSync(onlyFile(path.join(copy, 'blobs')), 'x'),
      'files of the backup are damaged',
    ],
    [
      'another database than it was made with',
      (copy) => {
        const { database } = JSON.parse(readFileSync(path.join(copy, 'backup.json'), 'utf8'));
        writeFileSync(path.join(copy, database.file), 'x');
      },
      'another SHA-256',
    ],
    ['a manifest that is none', (copy) => writeFileSync(path.join(copy, 'backup.json'), '{'), 'backup.json'],
    [
      'a newer format',
      (copy) => {
        const file = path.join(copy, 'backup.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"format": 1', '"format": 2'));
      },
      'newer version of Runwright',
    ],
    [
      'a file name that leads outside',
      (copy) => {
        const file = path.join(copy, 'backup.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"file": "', '"file": "../'));
      },
      'is not the name of a database file',
    ],
  ])('refuses %s and installs nothing of it', async (what, breakIt, says) => {
    const copy = copyOf(what.replaceAll(' ', '-'));
    breakIt(copy);
    const location = await emptyLocation();
    const ended = await run(location, 'restore', '--from', copy);
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.complaints).toContain(says);
    expect(existsSync(path.join(location.homeFolder, 'database'))).toBe(false);
    expect(existsSync(path.join(location.homeFolder, 'blobs'))).toBe(false);
  });

  test('never writes over the data of a server', async () => {
    const ended = await run(server, 'restore', '--from', intact());
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.complaints).toContain('nothing was changed');
    expect(await currentState(server.url)).toBe(state);
  });

  test('that was killed is not served, and can be repeated', async () => {
    const location = await emptyLocation();
    mkdirSync(path.join(location.homeFolder, 'restoring', 'blobs'), { recursive: true });
    mkdirSync(path.join(location.homeFolder, 'blobs'));
    const served = await run(location, 'serve', '--port', '0');
    expect(served).toMatchObject({ code: 1 });
    expect(served.complaints).toContain('run `runwright restore` again');
    expect(await run(location, 'restore', '--from', intact())).toMatchObject({ code: 0 });
    expect(existsSync(path.join(location.homeFolder, 'restoring'))).toBe(false);
  });
});

test.each<[what: string, to: () => string, says: string]>([
  ['in the data folder', () => path.join(server.homeFolder, 'backup'), 'is in the data folder'],
  [
    'among other files',
    () => {
      const to = path.join(folder, 'foreign');
      mkdirSync(to);
      writeFileSync(path.join(to, 'mine.txt'), 'x');
      return to;
    },
    'holds other files',
  ],
])('no backup is made %s', async (_, to, says) => {
  const ended = await backUp(to());
  expect(ended).toMatchObject({ code: 1 });
  expect(ended.complaints).toContain(says);
});
