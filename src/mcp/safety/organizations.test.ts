import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakePlatform, type FakePlatform } from '../testing/fake-platform.ts';
import { IDS, TOKEN } from '../testing/fake-resources.ts';
import { ALL_GATES, connectTools } from '../testing/tool-caller.ts';
import { TOOL_CALLS } from '../testing/tool-calls.ts';

let platform: FakePlatform;
beforeEach(async () => {
  platform = await startFakePlatform();
});
afterEach(() => platform.close());

const connect = (organizations: readonly string[]) =>
  connectTools(platform.address, { gates: { ...ALL_GATES, organizations }, token: TOKEN });

/** Requests that only find out the owner of an id. */
const OWNERSHIP =
  /^GET (runs|workspaces|plans|applies|cost-estimates|state-versions|assessment-results|projects|varsets|teams|agent-pools|ssh-keys|notification-configurations)\/[\w-]+(\?include=workspace)?$/;
/** These tools name no organization; their lists are filtered. */
const OPEN = new Set(['find_workspace', 'whoami', 'list_organizations', 'get_account_details']);

test('no tool touches anything outside the list', async () => {
  const tools = await connect(['elsewhere']);
  for (const { tool, args } of TOOL_CALLS.filter((each) => !OPEN.has(each.tool))) {
    platform.take();
    const answer = await tools.call(tool, args);
    expect([tool, answer.isError]).toEqual([tool, true]);
    expect(answer.text).toMatch(/gated|not_found_or_no_access/);
    expect([tool, platform.take().filter((line) => !OWNERSHIP.test(line))]).toEqual([tool, []]);
  }
});

test('inside the list tools work, and the owner of an id is looked up once', async () => {
  const tools = await connect(['ACME']);
  expect((await tools.call('get_run_details', { run_id: IDS.run })).isError).toBe(false);
  expect(platform.take()).toEqual([
    `GET runs/${IDS.run}?include=workspace`,
    `GET runs/${IDS.run}?include=plan,apply,created_by`,
  ]);
  await tools.call('get_run_details', { run_id: IDS.run });
  expect(platform.take()).toEqual([`GET runs/${IDS.run}?include=plan,apply,created_by`]);
});

test('lists of organizations leave out the others', async () => {
  const tools = await connect(['elsewhere']);
  expect((await tools.call('list_organizations')).result?.data).toEqual([]);
  expect((await tools.call('whoami')).result?.summary['organizations']).toEqual([]);
  expect((await tools.call('find_workspace', { query: 'net' })).result?.data).toEqual([]);
});

test('an id whose owner the server does not tell is refused', async () => {
  const tools = await connect(['acme']);
  const answer = await tools.call('get_state_version_output', { state_version_output_id: IDS.output });
  expect(answer.isError).toBe(true);
  expect(answer.text).toContain('does not say which one');
  expect(platform.take()).toEqual([]);
});

test('resources are checked against the list too', async () => {
  const tools = await connect(['elsewhere']);
  await expect(tools.client.readResource({ uri: `run://${IDS.run}` })).rejects.toThrow(/gated/);
});
