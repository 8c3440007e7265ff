import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkClock } from '../doctor/clock-check.ts';
import { needs } from '../../../test/support/programs.ts';
import { runCli } from '../testing/run-cli.ts';
import { checkNode } from './doctor.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly found: string;
    readonly fix?: string;
  }[];
}

let folder: string;
let busy: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'runwright-doctor-test-'));
});
afterEach(async () => {
  busy?.close();
  busy = undefined;
  await rm(folder, { recursive: true });
});

async function doctor(args: string[], env: NodeJS.ProcessEnv = {}) {
  const { exitCode, stdout } = await runCli(['doctor', '--json', '--port', '0', '--home', folder, ...args], {
    PATH: process.env['PATH'],
    ...env,
  });
  const report = JSON.parse(stdout) as Report;
  return { exitCode, report, check: (name: string) => report.checks.find((check) => check.name === name) };
}

test('every check answers, and the exit code says whether all passed', async () => {
  const { exitCode, report } = await doctor([]);
  expect(report.checks.map(({ name }) => name)).toEqual([
    'node',
    'engine',
    'providers',
    'sandbox',
    'home',
    'disk',
    'database',
    'port',
    'clock',
  ]);
  expect(report.ok).toBe(report.checks.every(({ ok }) => ok));
  expect(exitCode).toBe(report.ok ? 0 : 1);
});

test('a port in use, a broken engine and an unreachable database fail, each with a fix', async () => {
  busy = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => busy?.once('listening', resolve));
  const { port } = busy.address() as AddressInfo;
  const { exitCode, check } = await doctor(['--port', String(port)], {
    RUNWRIGHT_ENGINE: path.join(folder, 'missing'),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  });
  expect(exitCode).toBe(1);
  expect(check('port')).toMatchObject({ ok: false, fix: expect.stringContaining('--port') as string });
  expect(check('engine')).toMatchObject({ ok: false, fix: expect.stringContaining('terraform') as string });
  expect(check('database')).toMatchObject({
    ok: false,
    fix: expect.stringContaining('DATABASE_URL') as string,
  });
});

test('a data folder that is a file fails', async () => {
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  const { check } = await doctor(['--home', file]);
  expect(check('home')).toMatchObject({
    ok: false,
    found: expect.stringContaining('not a folder') as string,
  });
});

test('a missing data folder is fine and is not created', async () => {
  const { check } = await doctor(['--home', path.join(folder, 'a', 'b')]);
  expect(check('home')).toMatchObject({ ok: true, found: expect.stringContaining('can be made') as string });
  expect((await doctor(['--home', path.join(folder, 'a')])).check('home')?.found).toContain('can be made');
});

test('without --json each check is one line', async () => {
  const { stdout } = await runCli(['doctor', '--port', '0', '--home', folder], { PATH: process.env['PATH'] });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(9);
  for (const line of lines) expect(line).toMatch(/^(ok {2}|FAIL) \w+/);
});

test.each([
  ['20.19.0', true],
  ['24.1.0', true],
  ['20.18.9', false],
  ['18.20.0', false],
])('Node.js %s: %s', (version, ok) => {
  expect(checkNode(version).ok).toBe(ok);
});

test('a clock that was never set is found', async () => {
  expect((await checkClock(0)).ok).toBe(false);
  expect((await checkClock()).ok).toBe(true);
});

needs('bwrap', 'slirp4netns')('the network of runs', () => {
  test('reaches nothing of this host where runs have a network of their own', async () => {
    const { check } = await doctor([]);
    expect(check('sandbox')).toMatchObject({
      ok: true,
      found: expect.stringContaining('network of their own') as string,
    });
    expect(check('sandbox')?.fix ?? '').not.toMatch(/loopback|metadata/);
  });

  test('is tried, and reported with its cause, where runs have the network of the host', async () => {
    const { check } = await doctor([], { RUNWRIGHT_RUN_NETWORK: 'host' });
    expect(check('sandbox')?.fix).toMatch(
      /runs reach this host's loopback.*because RUNWRIGHT_RUN_NETWORK is host/,
    );
  });
});
