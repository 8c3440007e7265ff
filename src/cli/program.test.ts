import { Command } from 'commander';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  startRecordingServer,
  type RecordingServer,
} from '../../packages/client/src/testing/recording-server.ts';
import { buildProgram } from './program.ts';
import { createTerminal } from './terminal.ts';
import { runCli } from './testing/run-cli.ts';

const RUN_ID = 'run-AbCdEfGhIjKlMnOp';
const WORKSPACE_ID = 'ws-AbCdEfGhIjKlMnOp';

let server: RecordingServer;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  server = await startRecordingServer();
  folder = await mkdtemp(path.join(tmpdir(), 'runwright-cli-test-'));
  env = { RUNWRIGHT_URL: server.address, RUNWRIGHT_TOKEN: 'secret-token' };
  server.on(`GET /api/v2/workspaces/${WORKSPACE_ID}`, {
    body: { data: { id: WORKSPACE_ID, type: 'workspaces', attributes: { name: 'network' } } },
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function run(status: string, attributes: Record<string, unknown> = {}) {
  return { data: { id: RUN_ID, type: 'runs', attributes: { status, ...attributes } } };
}

describe('help', () => {
  const terminal = createTerminal({
    stdout: { write: () => true },
    stderr: { write: () => true },
    env: {},
  });
  const commands: string[][] = [];
  const visit = (command: Command, above: string[]): void => {
    for (const child of command.commands) {
      commands.push([...above, child.name()]);
      visit(child, [...above, child.name()]);
    }
  };
  visit(
    buildProgram(terminal, () => undefined),
    [],
  );

  test.each(commands.map((names) => [names.join(' '), names] as const))(
    '%s --help explains itself',
    async (_, names) => {
      const { exitCode, stdout } = await runCli([...names, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('Usage: runwright');
      // `run` has only subcommands.
      if (names.join(' ') !== 'run') expect(stdout).toContain('Example:');
    },
  );

  test('every command that talks to a server lists the exit codes', async () => {
    for (const names of commands.filter(([first, second]) => first === 'run' && second !== undefined)) {
      expect((await runCli([...names, '--help'])).stdout).toContain('3  the server cannot be reached');
    }
  });
});

describe('wrong input is one line that names the flag, exit code 2, and no request', () => {
  test.each([
    [['run', 'create', WORKSPACE_ID, '--terraform-version', '1.9.0'], '--terraform-version', '--plan-only'],
    [['run', 'create', WORKSPACE_ID, '--destroy', '--refresh-only'], '--refresh-only', '--destroy'],
    [['run', 'create', WORKSPACE_ID, '--target', 'not an address'], '--target', ''],
    [['run', 'create', WORKSPACE_ID, '--var', 'novalue'], '--var', 'name=value'],
    [['run', 'create', WORKSPACE_ID, '--var', `a=${'x'.repeat(300)}`], '--var', '256'],
    [['run', 'create', WORKSPACE_ID, '--dir', '/nowhere'], '--dir', '/nowhere'],
    [['run', 'list', WORKSPACE_ID, '--limit', '0'], '--limit', ''],
    [['run', 'list', WORKSPACE_ID, '--status', 'finished'], '--status', 'planned_and_finished'],
    [['run', 'list', 'acme'], '"acme"', 'ORGANIZATION/NAME'],
    [['workspace', 'engine', WORKSPACE_ID, 'tofu'], '"tofu"', 'opentofu'],
    [['run', 'show', 'run-short'], '"run-short"', 'runwright run list'],
    [['run', 'watch', RUN_ID, '--until', 'never'], '--until', ''],
    [['run', 'logs', RUN_ID, '--phase', 'both'], '--phase', ''],
    [['run', 'show', RUN_ID, '--address', 'localhost:8080'], '--address', 'http'],
    [['agent', '--url', 'http://127.0.0.1:1', '--token-file', '/dev/null'], '--token-file', 'is empty'],
    [['run', 'show', RUN_ID, '--token-file', '/nowhere'], '--token-file', 'ENOENT'],
    [['doctor', '--port', 'x'], '--port', ''],
    [
      ['audit', 'verify', '--database-url', 'postgres://u:hidden@127.0.0.1:1/x'],
      '--database-url',
      'DATABASE_URL',
    ],
    [
      ['doctor', '--database-url', 'postgres://127.0.0.1:1/x?password=hidden'],
      '--database-url',
      'DATABASE_URL',
    ],
  ])('%j', async (args, flag, alsoSays) => {
    const { exitCode, stdout, stderr } = await runCli(args, env);
    expect(stderr).toContain(flag);
    expect(stderr).toContain(alsoSays);
    expect(stderr).not.toContain('hidden');
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(server.requests.filter(({ url }) => !url.startsWith('/api/v2/workspaces/'))).toEqual([]);
  });

  test('an unknown command and an unknown flag', async () => {
    expect(await runCli(['rnu'])).toMatchObject({ exitCode: 2 });
    const misspelt = await runCli(['run', 'show', RUN_ID, '--jsno']);
    expect(misspelt.exitCode).toBe(2);
    expect(misspelt.stderr).toContain('--json');
  });
});

describe('each failure has its exit code', () => {
  test('an unreachable server is 3', async () => {
    const gone = await startRecordingServer();
    await gone.close();
    const outcome = await runCli(['run', 'show', RUN_ID], { ...env, RUNWRIGHT_URL: gone.address });
    expect(outcome).toMatchObject({ exitCode: 3 });
    expect(outcome.stderr).toContain('RUNWRIGHT_URL');
  });

  test('a refused token is 3 and is not shown', async () => {
    server.on(`GET /api/v2/runs/${RUN_ID}`, { status: 401 });
    const { exitCode, stderr } = await runCli(['run', 'show', RUN_ID], env);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('RUNWRIGHT_TOKEN');
    expect(stderr).not.toContain('secret-token');
  });

  test('an unknown run is 1', async () => {
    expect(await runCli(['run', 'show', RUN_ID], env)).toMatchObject({ exitCode: 1 });
  });

  test('control sequences in the server’s words do not reach the terminal', async () => {
    server.on(`POST /api/v2/runs/${RUN_ID}/actions/apply`, {
      status: 409,
      body: {
        errors: [{ status: '409', title: 'conflict', detail: 'no\u001b]0;owned\u0007\u001b[2J, not now' }],
      },
    });
    const { exitCode, stderr } = await runCli(['run', 'apply', RUN_ID], env);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no, not now');
    expect(stderr).not.toMatch(/[\u0007\u001b]/);
  });

  test('a refused action is 1, with the words of the server', async () => {
    server.on(`POST /api/v2/runs/${RUN_ID}/actions/apply`, {
      status: 409,
      body: { errors: [{ status: '409', title: 'conflict', detail: 'run was not paused for confirmation' }] },
    });
    const { exitCode, stderr } = await runCli(['run', 'apply', RUN_ID], env);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('run was not paused for confirmation');
  });

  test('a watched run that errored is 1, and the next step is its log', async () => {
    server.on(`GET /api/v2/runs/${RUN_ID}`, { body: run('errored') });
    const { exitCode, stdout } = await runCli(['run', 'watch', RUN_ID], env);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`Next: runwright run logs ${RUN_ID}`);
  });

  test('a watched run that needs approval is 0, and the next step is to apply', async () => {
    server.on(`GET /api/v2/runs/${RUN_ID}`, {
      body: run('planned', { actions: { 'is-confirmable': true } }),
    });
    const { exitCode, stdout } = await runCli(['run', 'watch', RUN_ID], env);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('needs approval');
    expect(stdout).toContain(`runwright run apply ${RUN_ID}`);
  });

  test('with --json an error is JSON too', async () => {
    const { stderr } = await runCli(['run', 'show', RUN_ID, '--json'], env);
    expect(JSON.parse(stderr)).toMatchObject({ error: { status: 404, code: 'not_found' } });
  });
});

describe('the requests of a command', () => {
  test('flags become the parameters of the run', async () => {
    server.on('POST /api/v2/runs', { status: 201, body: run('pending') });
    const { exitCode } = await runCli(
      [
        ...['run', 'create', WORKSPACE_ID, '--message', 'why', '--plan-only', '--no-refresh', '--destroy'],
        ...['--target', 'module.a', '--target', 'module.b', '--var', 'region=eu-west-1', '--var', 'count=2'],
        ...['--terraform-version', '1.9.0'],
      ],
      env,
    );
    expect(exitCode).toBe(0);
    const body = JSON.parse(server.requests.at(-1)?.body ?? '') as { data: { attributes: unknown } };
    expect(body.data.attributes).toEqual({
      message: 'why',
      'plan-only': true,
      refresh: false,
      'is-destroy': true,
      'target-addrs': ['module.a', 'module.b'],
      variables: [
        { key: 'region', value: '"eu-west-1"' },
        { key: 'count', value: '2' },
      ],
      'terraform-version': '1.9.0',
    });
  });

  test('a folder is uploaded without the token and the run uses it', async () => {
    await writeFile(path.join(folder, 'main.tf'), 'output "a" { value = 1 }');
    const version = (status: string) => ({
      data: {
        id: 'cv-AbCdEfGhIjKlMnOp',
        type: 'configuration-versions',
        attributes: { status, 'upload-url': `${server.address}/upload/secret` },
      },
    });
    server.on(`POST /api/v2/workspaces/${WORKSPACE_ID}/configuration-versions`, {
      status: 201,
      body: version('pending'),
    });
    server.on('PUT /upload/secret', { status: 200 });
    server.on('GET /api/v2/configuration-versions/cv-AbCdEfGhIjKlMnOp', { body: version('uploaded') });
    server.on('POST /api/v2/runs', { status: 201, body: run('pending') });
    const { exitCode } = await runCli(['run', 'create', WORKSPACE_ID, '--dir', folder, '--plan-only'], env);
    expect(exitCode).toBe(0);
    const [, created, uploaded] = server.requests;
    expect(JSON.parse(created?.body ?? '')).toMatchObject({
      data: { attributes: { speculative: true, 'auto-queue-runs': false } },
    });
    expect(uploaded?.headers.authorization).toBeUndefined();
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({
      data: { relationships: { 'configuration-version': { data: { id: 'cv-AbCdEfGhIjKlMnOp' } } } },
    });
  });

  test('the engine of a workspace is shown, and changed where one is named', async () => {
    const path = `/api/v2/workspaces/${WORKSPACE_ID}`;
    const body = (engine: string | null) => ({
      body: {
        data: {
          id: WORKSPACE_ID,
          type: 'workspaces',
          attributes: { name: 'network', engine, 'terraform-version': '~> 1.12' },
        },
      },
    });
    server.on(`GET ${path}`, body(null));
    server.on(`PATCH ${path}`, body('opentofu'));
    const shown = await runCli(['workspace', 'engine', WORKSPACE_ID], env);
    expect(shown.stdout).toContain("network: the organization's engine, version ~> 1.12");
    const args = ['workspace', 'engine', WORKSPACE_ID, 'opentofu', '--engine-version', '~> 1.12', '--json'];
    const changed = await runCli(args, env);
    expect(JSON.parse(changed.stdout)).toMatchObject({ engine: 'opentofu', version: '~> 1.12' });
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({
      data: { attributes: { engine: 'opentofu', 'terraform-version': '~> 1.12' } },
    });
    await runCli(['workspace', 'engine', WORKSPACE_ID, 'inherited'], env);
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({
      data: { attributes: { engine: null } },
    });
  });

  test('an action carries its comment', async () => {
    server.on(`POST /api/v2/runs/${RUN_ID}/actions/discard`, { status: 202 });
    server.on(`GET /api/v2/runs/${RUN_ID}`, { body: run('discarded') });
    const { exitCode } = await runCli(['run', 'discard', RUN_ID, '--comment', 'not today'], env);
    expect(exitCode).toBe(0);
    expect(server.requests[0]?.body).toBe('{"comment":"not today"}');
  });
});

describe('the destination of each token', () => {
  const tokensSent = () => server.requests.map(({ headers }) => headers.authorization);

  beforeEach(() => {
    server.on(`GET /api/v2/runs/${RUN_ID}`, { body: run('applied') });
  });

  test("the admin token of a server's data folder is used on this machine", async () => {
    await writeFile(path.join(folder, 'admin-token'), 'admin-token\n');
    await runCli(['run', 'show', RUN_ID], { RUNWRIGHT_URL: server.address, RUNWRIGHT_HOME: folder });
    expect(tokensSent()).toEqual(['Bearer admin-token']);
  });

  test('the admin token is not sent to another machine', async () => {
    await writeFile(path.join(folder, 'admin-token'), 'admin-token\n');
    const { exitCode, stderr } = await runCli(['run', 'show', RUN_ID], {
      RUNWRIGHT_URL: 'https://runwright.example.com',
      RUNWRIGHT_HOME: folder,
    });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('there is no token for https://runwright.example.com');
  });

  test('TFC_TOKEN is sent to TFC_ADDRESS and nowhere else', async () => {
    const hcp = { TFC_ADDRESS: server.address, TFC_TOKEN: 'hcp-token', RUNWRIGHT_HOME: folder };
    await runCli(['run', 'show', RUN_ID], hcp);
    expect(tokensSent()).toEqual(['Bearer hcp-token']);
    const { exitCode } = await runCli(['run', 'show', RUN_ID], {
      ...hcp,
      TFC_ADDRESS: 'https://app.terraform.io',
      RUNWRIGHT_URL: server.address,
    });
    expect(exitCode).toBe(3);
    expect(tokensSent()).toHaveLength(1);
  });

  test('--token-file takes precedence', async () => {
    const file = path.join(folder, 'token');
    await writeFile(file, ' other-token \n');
    await runCli(['run', 'show', RUN_ID, '--token-file', file], env);
    expect(tokensSent()).toEqual(['Bearer other-token']);
  });
});
