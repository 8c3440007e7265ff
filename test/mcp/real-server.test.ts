import { newId } from '@runwright/models';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RELATED_CALLS } from '../../src/mcp/testing/access-calls.ts';
import {
  ALL_GATES,
  connectTools,
  readToolAnswer,
  type ToolAnswer,
  type ToolCaller,
} from '../../src/mcp/testing/tool-caller.ts';
import { TOOLS } from '../../src/mcp/tools/table.ts';
import { inspectTool } from '../support/inspector.ts';
import { readyWorkspace, statusOf, uniqueName } from '../support/scenario.ts';
import { claim, mustClaim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { lock, md5, postState, stateFile } from '../support/states.ts';
import { useOrganizationTools } from './organization-tools.ts';

/** Every tool on this project's own server, with a scripted runner. story.test.ts uses real terraform. */
let server: TestServer;
let tools: ToolCaller;
beforeAll(async () => {
  server = await startTestServer({ RUNWRIGHT_MCP: 'with-access' });
  tools = await connectTools(server.url, { gates: ALL_GATES, token: ADMIN_TOKEN });
});
afterAll(async () => {
  await tools.close();
  await server.close();
});

type Call = (name: string, args: Record<string, unknown>) => Promise<ToolAnswer>;

describe.each<[string, Call]>([
  ['the official client', async (name, args) => await tools.call(name, args)],
  [
    'the Inspector at /mcp',
    async (name, args) => await inspectTool({ url: `${server.url}/mcp`, token: ADMIN_TOKEN }, name, args),
  ],
])('%s', (_name, send) => {
  const called = new Set<string>();
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    called.add(name);
    const { isError, text, result } = await send(name, args);
    expect([name, isError, text]).toEqual([name, false, expect.any(String)]);
    return result?.summary ?? {};
  };
  const refused = async (name: string, args: Record<string, unknown>): Promise<string> => {
    called.add(name);
    const { isError, text } = await send(name, args);
    expect([name, isError, text]).toEqual([name, true, expect.stringContaining('Next step: ')]);
    return text;
  };

  test('makes, changes, moves, locks and deletes organizations, projects and workspaces', async () => {
    const organization = uniqueName('org');
    await call('create_organization', { name: organization, email: 'a@example.com' });
    expect(await call('get_organization_details', { organization })).toMatchObject({ name: organization });
    expect(await call('get_organization_entitlements', { organization })).toMatchObject({ operations: true });
    expect(
      await call('update_organization', { organization, params: { email: 'b@example.com' } }),
    ).toMatchObject({ email: 'b@example.com' });
    expect(await call('list_organizations', { q: organization })).toMatchObject({ shown: 1 });
    expect(await call('get_account_details')).toMatchObject({ username: 'admin' });
    expect(await call('whoami')).toMatchObject({ server: 'Runwright', username: 'admin' });

    const { id: project_id } = await call('create_project', {
      organization,
      name: 'core',
      params: { description: 'kept' },
    });
    await call('update_project', { project_id, params: { name: 'kernel' } });
    // Settings that were not named have not changed.
    expect(await call('get_project_details', { project_id })).toMatchObject({
      name: 'kernel',
      description: 'kept',
    });
    const tag_bindings = [{ key: 'team', value: 'net' }];
    await call('add_update_project_tag_bindings', { project_id, tag_bindings });
    expect(await call('list_project_tag_bindings', { project_id })).toMatchObject({ shown: 1 });
    expect(await call('list_projects', { organization, q: 'kern' })).toMatchObject({ shown: 1 });

    const { id: workspace_id } = await call('create_workspace', {
      organization,
      name: 'network',
      params: { auto_apply: true },
    });
    await call('move_workspaces_to_project', { project_id, workspace_ids: [workspace_id] });
    const { body } = await server.call('GET', `/api/v2/workspaces/${String(workspace_id)}`);
    expect(body.data.relationships['project']?.data?.id).toBe(project_id);
    expect(await refused('delete_project', { project_id })).toContain('workspace');

    const named = { organization, workspace_name: 'network' };
    await call('update_workspace', { ...named, params: { description: 'the net' } });
    expect(await call('get_workspace_details', { workspace_id })).toMatchObject({
      description: 'the net',
      auto_apply: true,
    });
    expect(await call('list_workspaces', { organization, search: 'net' })).toMatchObject({ shown: 1 });
    const query = { organization, query: 'net' };
    expect(await call('find_workspace', query)).toMatchObject({ best_id: workspace_id });
    expect(await call('lock_workspace', { workspace_id, reason: 'mine' })).toMatchObject({ locked: true });
    expect(await call('unlock_workspace', { workspace_id })).toMatchObject({ locked: false });
    const other = await server.addUser(uniqueName('other'), [organization]);
    await server.call('POST', `/api/v2/workspaces/${String(workspace_id)}/actions/lock`, {}, other);
    for (const name of ['unlock_workspace', 'lock_workspace']) {
      const text = await refused(name, { workspace_id });
      expect(text).toContain(`${name} failed: workspace_locked`);
      expect(text).toMatch(/locked by other-\S+ \(user-/);
    }
    expect(await call('force_unlock_workspace', { workspace_id })).toMatchObject({ locked: false });

    await call('safe_delete_workspace', named);
    await call('create_workspace', { organization, name: 'spare' });
    await call('delete_workspace', { organization, workspace_name: 'spare' });
    await call('delete_project', { project_id });
    await call('delete_organization', { organization });
    expect(await refused('get_organization_details', { organization })).toContain('not_found_or_no_access');
  });

  test('keeps the secrets of variables and variable sets', async () => {
    const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
    const { id: variable_id } = await call('create_workspace_variable', {
      workspace_id,
      key: 'password',
      category: 'env',
      params: { value: 'hunter2', sensitive: true },
    });
    await call('list_workspace_variables', { workspace_id });
    const listed = await send('list_workspace_variables', { workspace_id });
    expect(listed.text).toContain('key password');
    expect(listed.text + JSON.stringify(listed.result)).not.toContain('hunter2');
    await call('update_workspace_variable', { workspace_id, variable_id, params: { description: 'd' } });
    await call('delete_workspace_variable', { workspace_id, variable_id });

    const params = { priority: true };
    const { id: varset_id } = await call('create_variable_set', { organization, name: 'shared', params });
    await call('update_variable_set', { varset_id, params: { description: 'for all' } });
    const changed = { priority: true, description: 'for all' };
    expect(await call('get_variable_set', { varset_id })).toMatchObject(changed);
    expect(await call('list_variable_sets', { organization })).toMatchObject({ shown: 1 });
    const variable = { key: 'k', category: 'terraform', params: { value: 'v' } };
    const { id: var_id } = await call('create_variable_in_variable_set', { varset_id, ...variable });
    await call('update_variable_in_variable_set', { varset_id, var_id, params: { value: 'w' } });
    expect(await call('list_variables_in_variable_set', { varset_id })).toMatchObject({ shown: 1 });
    const workspaces = { varset_id, workspace_ids: [workspace_id] };
    await call('assign_variable_set_to_workspaces', workspaces);
    await call('unassign_variable_set_from_workspaces', workspaces);
    const { id: project_id } = await call('create_project', { organization, name: 'core' });
    await call('assign_variable_set_to_projects', { varset_id, project_ids: [project_id] });
    await call('unassign_variable_set_from_projects', { varset_id, project_ids: [project_id] });
    await call('delete_variable_from_variable_set', { varset_id, var_id });
    await call('delete_variable_set', { varset_id });
  });

  test('stores and reads states', async () => {
    const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
    const { body } = await server.call('GET', `/api/v2/workspaces/${workspace_id}`);
    const file = stateFile({ outputs: { name: { value: 'n', type: 'string' } } });
    const state = Buffer.from(file).toString('base64');
    const version = { workspace_id, serial: 1, md5: md5(file), params: { lineage: 'a-lineage', state } };
    expect(await refused('create_state_version', version)).toContain('lock');
    await call('lock_workspace', { workspace_id });
    const { id: state_version_id } = await call('create_state_version', version);
    const workspace_name = body.data.attributes['name'];
    expect(await call('list_state_versions', { organization, workspace_name })).toMatchObject({ shown: 1 });
    expect(await call('get_current_state_version', { workspace_id })).toMatchObject({ serial: 1 });
    expect(await call('get_state_version', { state_version_id })).toMatchObject({ serial: 1 });
    expect(await call('download_state_file', { state_version_id })).toMatchObject({ resource_count: 1 });
    await call('list_state_version_outputs', { state_version_id });
    const outputs = await server.call('GET', `/api/v2/state-versions/${String(state_version_id)}/outputs`);
    const state_version_output_id = outputs.body.data[0]?.id;
    expect(await call('get_state_version_output', { state_version_output_id })).toMatchObject({ value: 'n' });
    expect(await call('get_workspace_outputs', { workspace_id })).toMatchObject({ next_cursor: null });
    expect(await call('list_workspace_resources', { workspace_id })).toMatchObject({ shown: 1 });

    const later = stateFile({ serial: 2 });
    await call('create_state_version', {
      workspace_id,
      serial: 2,
      md5: md5(later),
      params: { lineage: 'a-lineage', state: Buffer.from(later).toString('base64') },
    });
    expect(await call('rollback_state_version', { workspace_id, state_version_id })).toMatchObject({
      serial: 3,
      was_serial: 2,
      rolled_back_to: state_version_id,
    });
    const { workspaceId: elsewhere } = await readyWorkspace(server);
    await lock(server, elsewhere);
    await postState(server, elsewhere, later);
    const foreign = { workspace_id: elsewhere, state_version_id };
    expect(await refused('rollback_state_version', foreign)).toContain(`is of workspace ${workspace_id}`);
  });

  test('decides who may do what, and shows no secret of a token', async () => {
    const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
    const { id: team_id } = await call('create_team', { organization, name: 'ops' });
    await call('update_team', { team_id, params: { visibility: 'organization' } });
    const username = uniqueName('ann');
    await server.addUser(username, [organization], { as: 'member' });
    await call('change_team_members', { team_id, add: [username] });
    expect(await call('list_teams', { organization, q: 'ops' })).toMatchObject({ shown: 1 });
    await call('list_organization_members', { organization });
    const { text } = await send('list_organization_members', { organization });
    expect(text).toMatch(new RegExp(`user "${username} \\(user-.*teams.*ops \\(team-`));

    const grant = { team_id, workspace_id };
    expect(await call('set_team_access', { ...grant, access: 'read' })).toMatchObject({
      previous_access: 'none',
      access: 'read',
    });
    expect(await call('set_team_access', { ...grant, access: 'write' })).toMatchObject({
      previous_access: 'read',
      access: 'write',
    });
    expect((await send('list_team_access', { workspace_id })).text).toMatch(
      /team "ops \(team-.*access write/,
    );
    await call('list_team_access', { workspace_id });
    expect(await call('remove_team_access', grant)).toMatchObject({ removed: true });
    expect(await call('remove_team_access', grant)).toMatchObject({ already: true });

    const path = `/api/v2/teams/${String(team_id)}/authentication-tokens`;
    const made = await server.call('POST', path, {
      data: { type: 'authentication-tokens', attributes: { description: 'for ops' } },
    });
    await call('list_tokens', { team_id });
    const listed = await send('list_tokens', { team_id });
    expect(listed.text).toContain('for ops');
    expect(listed.text + JSON.stringify(listed.result)).not.toContain(made.body.data.attributes['token']);
    await call('revoke_token', { token_id: made.body.data.id });
    expect(await call('list_tokens', { team_id })).toMatchObject({ shown: 0 });
    await call('delete_team', { team_id });
  });

  test('lists the parts of each kind of resource', async () => {
    const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
    const { id: run_id } = await call('create_run', { workspace_id, params: { plan_only: true } });
    const pool = await server.call('POST', `/api/v2/organizations/${organization}/agent-pools`, {
      data: { type: 'agent-pools', attributes: { name: 'pool' } },
    });
    const store = await server.platform.db
      .insertInto('provider_store')
      .values({
        ...{ id: newId('pstore'), agent_pool_id: pool.body.data.id, key: 'a'.repeat(16), name: 'one' },
        ...{ platform: 'linux_amd64', limit_bytes: 1, source: 'registries', last_seen_at: new Date() },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const owners: Record<string, unknown> = {
      provider_store_id: store.id,
      run_id,
      workspace_id,
      organization,
      agent_pool_id: pool.body.data.id,
    };
    const wanted = { address: 'registry.terraform.io/hashicorp/null', version: '3.2.1' };
    await call('order_provider', { provider_store_id: store.id, kind: 'prefetch', ...wanted });
    for (const { args } of RELATED_CALLS) {
      const [owner = ''] = Object.keys(args).filter((name) => name !== 'what');
      await call('list_related', { what: args['what'], [owner]: owners[owner] });
    }
    const { text } = await send('list_related', { what: 'run_events', run_id });
    expect(text).toMatch(/action queued, by "admin \(user-/);
    expect(await refused('list_related', { what: 'agents', workspace_id })).toContain('agent_pool_id');
  });

  test('follows one run to its end, and another that fails', async () => {
    while ((await claim(server)) !== undefined);
    const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
    const { id: run_id } = await call('create_run', { workspace_id, params: { message: 'first' } });
    const plan = await mustClaim(server);
    await plan.log('planning\n');
    await plan.finishPlan();
    expect(await call('wait_for_run', { run_id })).toMatchObject({ status: 'planned', timed_out: false });
    const { data } = (await server.call('GET', `/api/v2/runs/${String(run_id)}`)).body;
    const plan_id = data.relationships['plan']?.data?.id;
    const apply_id = data.relationships['apply']?.data?.id;
    expect(await call('summarize_run', { run_id })).toMatchObject({ status: 'planned' });
    await call('get_plan_summary', { run_id });
    expect(await call('get_plan_details', { plan_id })).toMatchObject({ status: 'finished' });
    await call('get_plan_json_output', { plan_id });
    await call('get_run_plan_json_output', { run_id });
    await call('get_plan_logs', { plan_id });
    expect(await call('get_run_logs', { run_id, grep: 'planning' })).toMatchObject({ matches: 1 });
    expect(await call('preview_run_action', { run_id, action: 'apply' })).toMatchObject({ allowed: true });
    expect(await refused('get_errored_state', { apply_id })).toContain('not_found_or_no_access');
    expect(await call('apply_run', { run_id, comment: 'yes' })).toMatchObject({ previous_status: 'planned' });
    const apply = await mustClaim(server);
    await apply.log('Error: no luck\n');
    await apply.finish({ outcome: 'errored' });
    expect(await call('diagnose_run', { run_id })).toMatchObject({ failed: true, phase: 'apply' });
    expect(await call('get_apply_details', { apply_id })).toMatchObject({ status: 'errored' });
    await call('get_apply_logs', { apply_id });
    await call('add_run_comment', { run_id, body: 'Look at this' });
    await call('list_run_comments', { run_id });
    expect(await call('get_run_details', { run_id })).toMatchObject({ status: 'errored' });
    expect(await call('list_runs_in_workspace', { workspace_id })).toMatchObject({ shown: 1 });
    expect(await call('list_runs_in_organization', { organization })).toMatchObject({ shown: 1 });

    const { id: other_run_id } = await call('create_run', { workspace_id });
    await (await mustClaim(server)).finishPlan();
    await call('compare_runs', { run_id, other_run_id });
    expect(await call('discard_run', { run_id: other_run_id })).toMatchObject({ status: 'discarded' });
  });

  test('lets a run overtake another, and kills one that does not stop', async () => {
    while ((await claim(server)) !== undefined);
    const { workspaceId: workspace_id } = await readyWorkspace(server);
    const [{ id: first }, { id: second }] = [
      await call('create_run', { workspace_id }),
      await call('create_run', { workspace_id }),
    ];
    // A run at work cannot be overtaken.
    const early = await refused('force_execute_run', { run_id: second });
    expect(early).toContain('conflict_state');
    await (await mustClaim(server)).finishPlan();
    expect(await call('force_execute_run', { run_id: second })).toMatchObject({ previous_status: 'pending' });
    expect(await statusOf(server, String(first))).toBe('discarded');

    await mustClaim(server);
    expect(await refused('force_cancel_run', { run_id: second })).toContain('cancel_run first');
    await call('cancel_run', { run_id: second, comment: 'stop' });
    expect(await refused('force_cancel_run', { run_id: second })).toContain('becomes possible at');
    await server.platform.db
      .updateTable('run')
      .set({ force_cancel_available_at: new Date(0) })
      .where('id', '=', String(second))
      .execute();
    expect(await call('force_cancel_run', { run_id: second })).toMatchObject({ status: 'force_canceled' });
  });

  test('is told what to do instead where the server lacks a feature', async () => {
    const estimate = { cost_estimate_id: 'ce-AbCdEfGhIjKlMnOp' };
    expect(await refused('get_cost_estimate_details', estimate)).toContain(
      'a server without cost estimation',
    );
    const assessment_result_id = 'asmtres-AbCdEfGhIjKlMnOp';
    for (const name of ['result_details', 'json_output', 'json_schema', 'log_output']) {
      const text = await refused(`get_assessment_${name}`, { assessment_result_id });
      expect(text).toContain('a server without health assessments');
    }
  });

  test('changes and removes the other resources of an organization', async () => {
    await useOrganizationTools(server, { call, refused });
  });

  test('and has then called every tool', () => {
    expect([...called].toSorted()).toEqual(TOOLS.map(({ name }) => name).toSorted());
  });
});

test('whoami works, and the server resolves ids for an allow-list of organizations', async () => {
  expect((await tools.call('whoami')).result?.summary).toMatchObject({
    server: 'Runwright',
    approval: 'auto',
  });
  const { organization, workspaceId: workspace_id } = await readyWorkspace(server);
  const created = await tools.call('create_run', { workspace_id, params: { plan_only: true } });
  const run_id = created.result?.summary['id'];
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

test('two requests with the same key create one run', async () => {
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
  expect((await tools.call('list_runs_in_workspace', { workspace_id })).result?.summary['shown']).toBe(2);
});
