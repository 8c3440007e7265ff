import { afterEach, describe, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { fakeRun, fakeWorkspace, IDS, TOKEN } from '../testing/fake-resources.ts';
import { createApprovals } from '../safety/approval.ts';
import { ALL_GATES, connectTools, type ToolCaller } from '../testing/tool-caller.ts';

let platform: FakePlatform | undefined;
let tools: ToolCaller | undefined;
afterEach(async () => {
  await tools?.close();
  await platform?.close();
  tools = platform = undefined;
});

async function connect(
  overrides: Parameters<typeof startFakePlatform>[0],
  options: Parameters<typeof connectTools>[1] = {},
): Promise<ToolCaller> {
  platform = await startFakePlatform(overrides);
  tools = await connectTools(platform.address, { token: TOKEN, gates: ALL_GATES, ...options });
  return tools;
}

const refusal = (status: number, title: string, detail: string) => ({
  status,
  body: { errors: [{ status: String(status), title, detail }] },
});

describe('the words of the server', () => {
  test.each([
    [401, 'unauthorized', 'The token has expired.'],
    [404, 'not found', 'The workspace was deleted yesterday.'],
    [403, 'forbidden', 'Only owners may.'],
    [422, 'invalid attribute', 'Too long.'],
  ])('of a %i reach the caller', async (status, title, detail) => {
    const agent = await connect({ [`GET runs/${IDS.run}`]: refusal(status, title, detail) });
    const { text } = await agent.call('get_run_details', { run_id: IDS.run });
    expect(text).toContain(detail);
  });

  test('create_run does not blame the workspace for a missing configuration version', async () => {
    const agent = await connect({
      'POST runs': refusal(404, 'not found', 'Configuration version cv-AbCdEfGhIjKlMnOp was not found'),
    });
    const { text } = await agent.call('create_run', {
      workspace_id: IDS.workspace,
      configuration_version_id: 'cv-AbCdEfGhIjKlMnOp',
    });
    expect(text).toContain('or no configuration version cv-AbCdEfGhIjKlMnOp');
    expect(text).toContain('was not found');
  });

  test('create_run without an uploaded configuration says that a person has to upload one', async () => {
    const agent = await connect({
      'POST runs': refusal(422, 'invalid attribute', 'Configuration version is missing: upload one first.'),
    });
    const { text } = await agent.call('create_run', { workspace_id: IDS.workspace });
    expect(text).toContain('no tool uploads a configuration');
  });
});

describe('answers that identify a thing', () => {
  test('runs of an organization name their workspaces', async () => {
    const agent = await connect({
      'GET organizations/acme/runs': {
        body: { data: [fakeRun('planned')], included: [fakeWorkspace({ name: 'network' })] },
      },
    });
    const { text, result } = await agent.call('list_runs_in_organization', { organization: 'acme' });
    expect(text).toContain(`- ${IDS.run} planned in network created`);
    expect(result?.data).toMatchObject([{ workspace: 'network' }]);
  });

  test('a server that includes nothing is listed with ids', async () => {
    const agent = await connect({
      'GET organizations/acme/runs': ({ url }) =>
        url.includes('include') ? { status: 400 } : { body: { data: [fakeRun('planned')] } },
    });
    const { text } = await agent.call('list_runs_in_organization', { organization: 'acme' });
    expect(text).toContain(`planned in ${IDS.workspace} created`);
  });

  test('whoami names the address of the server', async () => {
    const agent = await connect({});
    const { result } = await agent.call('whoami');
    expect(String(result?.summary['address'])).toContain(platform?.address);
  });

  test('a state names the person who stored it', async () => {
    const state = {
      id: IDS.state,
      type: 'state-versions',
      attributes: { serial: 1 },
      relationships: { 'created-by': { data: { type: 'users', id: 'user-AbCdEfGhIjKlMnOp' } } },
    };
    const agent = await connect({ [`GET state-versions/${IDS.state}`]: { body: { data: state } } });
    const { result } = await agent.call('get_state_version', { state_version_id: IDS.state });
    expect(result?.summary['created_by']).toBe('ann (user-AbCdEfGhIjKlMnOp)');
  });
});

test('a refusal without approval names the way to it', async () => {
  const agent = await connect({}, { approvals: createApprovals('require') });
  const apply = await agent.call('apply_run', { run_id: IDS.run });
  expect(apply.text).toContain('Next step: call preview_run_action');
  const other = await agent.call('delete_project', { project_id: IDS.project });
  expect(other.text).not.toContain('preview_run_action');
  expect(`${apply.text}${other.text}`).not.toContain('web interface');
});
