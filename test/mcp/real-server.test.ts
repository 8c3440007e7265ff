import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  ALL_GATES,
  connectTools,
  readToolAnswer,
  type ToolCaller,
} from '../../src/mcp/testing/tool-caller.ts';
import { readyWorkspace, uniqueName } from '../support/scenario.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

/** The tools around runs, on this project's own server. Runs with real terraform are in story.test.ts. */
let server: TestServer;
let tools: ToolCaller;
beforeAll(async () => {
  server = await startTestServer();
  tools = await connectTools(server.url, { gates: ALL_GATES, token: ADMIN_TOKEN });
});
afterAll(async () => {
  await tools.close();
  await server.close();
});

async function call(
  name: string,
  args: Record<string, unknown> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { isError, text, result } = await tools.call(name, args);
  expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
  return result?.summary ?? {};
}

test('organizations, projects and workspaces are made, changed, locked and deleted', async () => {
  const organization = uniqueName('org');
  await call('create_organization', { name: organization, email: 'a@example.com' });
  expect(await call('get_organization_details', { organization })).toMatchObject({ name: organization });
  expect(await call('get_organization_entitlements', { organization })).toMatchObject({ operations: true });
  expect(
    await call('update_organization', { organization, params: { email: 'b@example.com' } }),
  ).toMatchObject({ email: 'b@example.com' });
  expect(await call('list_organizations', { q: organization })).toMatchObject({ shown: 1 });

  const { id: project_id } = await call('create_project', { organization, name: 'core' });
  await call('list_projects', { organization });

  const { id: workspace_id } = await call('create_workspace', {
    organization,
    name: 'network',
    params: { auto_apply: true, project_id },
  });
  await call('update_workspace', {
    organization,
    workspace_name: 'network',
    params: { description: 'the net' },
  });
  // What was not named is as it was.
  expect(await call('get_workspace_details', { workspace_id })).toMatchObject({
    description: 'the net',
    auto_apply: true,
  });
  expect(await call('find_workspace', { organization, query: 'net' })).toMatchObject({
    best_id: workspace_id,
  });
  expect(await call('lock_workspace', { workspace_id, reason: 'mine' })).toMatchObject({ locked: true });
  expect(await call('unlock_workspace', { workspace_id })).toMatchObject({ locked: false });
  await call('safe_delete_workspace', { organization, workspace_name: 'network' });
});

test('variables and variable sets keep their secrets', async () => {
  const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
  const { id: variable_id } = await call('create_workspace_variable', {
    workspace_id,
    key: 'password',
    category: 'env',
    params: { value: 'hunter2', sensitive: true },
  });
  const listed = await tools.call('list_workspace_variables', { workspace_id });
  expect(listed.text).toContain('key password');
  expect(listed.text + JSON.stringify(listed.result)).not.toContain('hunter2');
  await call('update_workspace_variable', { workspace_id, variable_id, params: { description: 'd' } });
  await call('delete_workspace_variable', { workspace_id, variable_id });

  const { id: varset_id } = await call('create_variable_set', {
    organization,
    name: 'shared',
    params: { priority: true },
  });
  expect(await call('get_variable_set', { varset_id })).toMatchObject({ priority: true });
  const { id: var_id } = await call('create_variable_in_variable_set', {
    varset_id,
    key: 'k',
    category: 'terraform',
    params: { value: 'v' },
  });
  await call('assign_variable_set_to_workspaces', { varset_id, workspace_ids: [workspace_id] });
  await call('unassign_variable_set_from_workspaces', { varset_id, workspace_ids: [workspace_id] });
  await call('delete_variable_from_variable_set', { varset_id, var_id });
  await call('delete_variable_set', { varset_id });
});

test('who I am, and an allow-list that the server can be asked about', async () => {
  expect(await call('whoami')).toMatchObject({ server: 'Terraform Enterprise', approval: 'auto' });
  const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
  const { id: run_id } = await call('create_run', { workspace_id, params: { plan_only: true } });
  for (const [organizations, isError] of [
    [[organization], false],
    [['elsewhere'], true],
  ] as const) {
    const limited = await connectTools(server.url, {
      token: ADMIN_TOKEN,
      gates: { ...ALL_GATES, organizations },
    });
    expect((await limited.call('get_run_details', { run_id })).isError).toBe(isError);
    expect((await limited.call('list_runs_in_workspace', { workspace_id })).isError).toBe(isError);
    await limited.close();
  }
});

test('a run that is asked for twice with the same key is made once', async () => {
  const { workspaceId: workspace_id } = await readyWorkspace(server);
  const ask = async (key: unknown) =>
    readToolAnswer(
      await tools.client.callTool({
        name: 'create_run',
        arguments: { workspace_id },
        _meta: { 'tfc/idempotency-key': key },
      }),
    );
  const create = async (key: string) => (await ask(key)).result?.summary['id'];
  const first = await create('one');
  expect(first).toEqual(expect.stringMatching(/^run-/));
  expect(await create('one')).toBe(first);
  expect(await create('two')).not.toBe(first);
  for (const key of ['', 'two words', 7, 'x'.repeat(201)]) {
    expect((await ask(key)).text).toContain('invalid_argument');
  }
  expect(await call('list_runs_in_workspace', { workspace_id })).toMatchObject({ shown: 2 });
});
