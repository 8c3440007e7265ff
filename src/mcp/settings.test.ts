import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readMcpSettings } from './settings.ts';
import { startFakePlatform } from './testing/fake-platform.ts';
import { fakeRun, TOKEN } from './testing/fake-resources.ts';
import { ALL_GATES, connectTools } from './testing/tool-caller.ts';

describe('without a token in the environment', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(path.join(tmpdir(), 'runwright-home-'));
    mkdirSync(path.join(home, '.terraform.d'));
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const tokenFor = (address: string, written: string, env: NodeJS.ProcessEnv = {}): string | undefined => {
    writeFileSync(path.join(home, '.terraform.d', 'credentials.tfrc.json'), written);
    return readMcpSettings({ HOME: home, TFC_ADDRESS: address, ...env }).token;
  };
  const LOGGED_IN = JSON.stringify({
    credentials: { 'tfe.example.com': { token: 'of-login' }, 'localhost:8443': { token: 'of-port' } },
  });

  test('the token is that of terraform login for exactly this server', () => {
    expect(tokenFor('https://tfe.example.com', LOGGED_IN)).toBe('of-login');
    expect(tokenFor('https://localhost:8443/', LOGGED_IN)).toBe('of-port');
    expect(tokenFor('https://localhost', LOGGED_IN)).toBeUndefined();
    expect(tokenFor('https://tfe.example.com.evil.example', LOGGED_IN)).toBeUndefined();
    expect(tokenFor('https://tfe.example.com', LOGGED_IN, { TFC_TOKEN: 'of-env' })).toBe('of-env');
  });

  test.each([
    'not json',
    '[]',
    'null',
    '{"credentials":{"tfe.example.com":{}}}',
    '{"credentials":{"tfe.example.com":{"token":7}}}',
  ])('a file with %s has none', (written) => {
    expect(tokenFor('https://tfe.example.com', written)).toBeUndefined();
    expect(tokenFor('https://__proto__', written)).toBeUndefined();
  });
});

test('ids of another form are sent where that is allowed, unless they could leave their place in a path', async () => {
  const platform = await startFakePlatform({
    'GET runs/run_1': { body: { data: { ...fakeRun('planned'), id: 'run_1' } } },
    'POST projects/7/relationships/workspaces': { status: 204 },
  });
  const strict = await connectTools(platform.address, { token: TOKEN, gates: ALL_GATES });
  const lenient = await connectTools(platform.address, {
    token: TOKEN,
    gates: ALL_GATES,
    idCheck: 'lenient',
  });
  const move = { project_id: '7', workspace_ids: ['ws-1', 'two'] };

  expect((await strict.call('get_run_details', { run_id: 'run_1' })).text).toContain('invalid_argument');
  expect(platform.take()).toEqual([]);
  expect((await lenient.call('get_run_details', { run_id: 'run_1' })).result?.summary['id']).toBe('run_1');
  expect((await lenient.call('move_workspaces_to_project', move)).isError).toBe(false);
  expect((await lenient.call('create_run', { workspace_id: 'mine' })).isError).toBe(false);
  platform.take();
  for (const run_id of ['../x', 'a/b', 'a b', '', 'ü', 'x'.repeat(200)]) {
    expect((await lenient.call('get_run_details', { run_id })).text).toContain('An id has letters');
  }
  expect(
    (await lenient.call('create_run', { workspace_id: 'mine', params: { plan_onlly: true } })).text,
  ).toContain('did you mean "plan_only"');
  expect(platform.take()).toEqual([]);

  // The published schemas differ in the same way, and in nothing else.
  const schemas = async ({ client }: typeof strict) =>
    (await client.listTools()).tools.map((tool) => tool.inputSchema);
  const free = JSON.stringify(await schemas(lenient));
  expect(free).not.toMatch(/\{16\}|\{8,\}/);
  const blank = (text: string) => text.replaceAll(/"pattern":"[^"]*"/g, '"pattern":""');
  expect(blank(free)).toBe(blank(JSON.stringify(await schemas(strict))));
  await Promise.all([strict.close(), lenient.close(), platform.close()]);
});
