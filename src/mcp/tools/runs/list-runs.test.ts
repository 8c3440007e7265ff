import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  startRecordingServer,
  type RecordingServer,
} from '../../../../packages/client/src/testing/recording-server.ts';
import { RUN_ID, runResource, WORKSPACE_ID } from '../../testing/run-fixture.ts';
import { connectTools, type ToolCaller } from '../../testing/tool-caller.ts';

let server: RecordingServer;
let tools: ToolCaller;

beforeEach(async () => {
  server = await startRecordingServer();
  tools = await connectTools(server.address);
});
afterEach(async () => {
  await tools.close();
  await server.close();
});

describe('list_runs_in_workspace', () => {
  const list = `GET /api/v2/workspaces/${WORKSPACE_ID}/runs`;
  const pagination = {
    'current-page': 1,
    'page-size': 20,
    'prev-page': null,
    'next-page': 2,
    'total-pages': 2,
    'total-count': 21,
  };

  test('keeps relationships and the next page', async () => {
    server.on(list, { body: { data: [runResource('applied')], meta: { pagination } } });
    const { result, text } = await tools.call('list_runs_in_workspace', { workspace_id: WORKSPACE_ID });
    expect(result?.data).toMatchObject([{ relationships: { plan: { data: { type: 'plans' } } } }]);
    expect(result?.meta).toEqual({ pagination });
    expect(result?.summary).toMatchObject({
      shown: 1,
      total_count: 21,
      next_page: 2,
      by_status: { applied: 1 },
    });
    expect(result?.next_actions[0]?.arguments).toMatchObject({ page_number: 2 });
    expect(text).toContain(`${RUN_ID} applied`);
    expect(server.requests[0]?.url).toContain('page%5Bnumber%5D=1&page%5Bsize%5D=20');
  });

  test('a full page of long messages stays within the limit of clients, and says that it was cut', async () => {
    const message = 'long '.repeat(1_000);
    const runs = Array.from({ length: 100 }, () => runResource('planned', { message }));
    server.on(list, { body: { data: runs } });
    const { result, text } = await tools.call('list_runs_in_workspace', {
      workspace_id: WORKSPACE_ID,
      page_size: 100,
    });
    expect(JSON.stringify(result).length).toBeLessThan(40_000);
    expect(text.length).toBeLessThan(40_000);
    expect(result?.data).toHaveLength(Number(result?.summary['shown']));
    const shown = result?.summary['shown'];
    expect(result?.next_actions[0]?.arguments).toMatchObject({ page_number: 2, page_size: shown });
  });

  test('a usual page is small', async () => {
    server.on(list, { body: { data: Array.from({ length: 20 }, () => runResource('applied')) } });
    const { result } = await tools.call('list_runs_in_workspace', { workspace_id: WORKSPACE_ID });
    expect(result?.data).toHaveLength(20);
    expect(JSON.stringify(result).length).toBeLessThan(8_000);
  });

  test('translates filters and uses the platform’s names for them', async () => {
    server.on(list, { body: { data: [] } });
    await tools.call('list_runs_in_workspace', {
      workspace_id: WORKSPACE_ID,
      filter_operation: 'destroy',
      filter_source: 'API, cli',
      filter_status_group: 'failed',
      filter_timeframe: 2026,
      filter_agent_pool_names: 'a,b',
      search_basic: 'net',
    });
    const query = new URL(server.requests[0]?.url ?? '', server.address).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      'filter[operation]': 'destroy',
      'filter[source]': 'tfe-api,api,tfe-cli,cli,terraform,terraform+cloud',
      'filter[status]': 'policy_soft_failed,errored,canceled,force_canceled',
      'filter[timeframe]': '2026',
      'filter[agent_pool_names]': 'a,b',
      'search[basic]': 'net',
    });
    expect(query.has('filter[status_group]')).toBe(false);
  });

  test('filters without a word of the platform are applied here, and the answer says so', async () => {
    server.on(list, {
      body: {
        data: [
          runResource('planned_and_finished', { 'plan-only': true, 'is-destroy': true }),
          runResource('planned_and_finished', { 'plan-only': true }),
        ],
      },
    });
    const { result } = await tools.call('list_runs_in_workspace', {
      workspace_id: WORKSPACE_ID,
      filter_operation: 'plan_destroy',
    });
    expect(server.requests[0]?.url).toContain('filter%5Boperation%5D=plan_only');
    expect(result?.data).toHaveLength(1);
    expect(result?.summary).toMatchObject({ post_filtered: true });
    expect(result?.warnings).toHaveLength(1);
  });

  test('filters that exclude each other are an empty page without a call', async () => {
    const { result, isError } = await tools.call('list_runs_in_workspace', {
      workspace_id: WORKSPACE_ID,
      filter_status: 'applied',
      filter_status_group: 'failed',
    });
    expect(isError).toBe(false);
    expect(result?.data).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });

  test('an unknown word is answered with both vocabularies', async () => {
    const { text } = await tools.call('list_runs_in_workspace', {
      workspace_id: WORKSPACE_ID,
      filter_status_group: 'finished',
    });
    expect(text).toContain('invalid_argument');
    expect(text).toContain('completed');
    expect(text).toContain('non_final');
    expect(server.requests).toHaveLength(0);
  });
});
