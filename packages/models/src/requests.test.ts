import { describe, expect, it } from 'vitest';
import { RunActionRequest, RunCreateRequest, RunDetailsRequest, RunListRequest } from './requests.ts';

const RUN_ID = 'run-AbCdEfGhIjKlMnOp';
const WORKSPACE_ID = 'ws-AbCdEfGhIjKlMnOp';

function problemOf(schema: { safeParse: (input: unknown) => ReturnType<typeof RunListRequest.safeParse> }) {
  return (input: unknown) => schema.safeParse(input).error?.issues[0];
}

describe('RunCreateRequest', () => {
  it('needs only a workspace', () => {
    expect(RunCreateRequest.parse({ workspace_id: WORKSPACE_ID })).toStrictEqual({
      workspace_id: WORKSPACE_ID,
    });
    expect(RunCreateRequest.safeParse({}).success).toBe(false);
  });

  it('fills in the defaults of the params that are given', () => {
    const request = RunCreateRequest.parse({ workspace_id: WORKSPACE_ID, params: { 'is-destroy': true } });
    expect(request.params).toMatchObject({ is_destroy: true, refresh: true, plan_only: false });
  });

  it("accepts the workspace of the specification's sample, whose id is shorter than ours", () => {
    expect(RunCreateRequest.safeParse({ workspace_id: 'ws-example123' }).success).toBe(true);
  });

  it.each(['', 'ws-', 'run-AbCdEfGhIjKlMnOp', '../ws-a', 'ws-a/../b', 'ws-a\n'])(
    'refuses %j as a workspace',
    (workspaceId) => {
      expect(RunCreateRequest.safeParse({ workspace_id: workspaceId }).success).toBe(false);
    },
  );

  it('points at a wrong parameter', () => {
    const result = RunCreateRequest.safeParse({
      workspace_id: WORKSPACE_ID,
      params: { terraform_version: '1.9.5' },
    });
    expect(result.error?.issues[0]?.path).toEqual(['params', 'terraform_version']);
  });

  it('refuses parameters beside params', () => {
    const result = RunCreateRequest.safeParse({ workspace_id: WORKSPACE_ID, plan_only: true });
    expect(result.error?.issues[0]?.message).toContain('"plan_only" is not a field of a run create request');
  });

  it('may name a configuration version', () => {
    const request = { workspace_id: WORKSPACE_ID, configuration_version_id: 'cv-AbCdEfGhIjKlMnOp' };
    expect(RunCreateRequest.parse(request)).toStrictEqual(request);
    expect(RunCreateRequest.safeParse({ ...request, configuration_version_id: 'AbC' }).success).toBe(false);
  });
});

describe('RunDetailsRequest', () => {
  it('accepts only a run id of the strict form', () => {
    expect(RunDetailsRequest.safeParse({ run_id: RUN_ID }).success).toBe(true);
    expect(RunDetailsRequest.safeParse({ run_id: 'run-AbCdEfGhIjKlMnOpQ' }).success).toBe(false);
    expect(RunDetailsRequest.safeParse({}).success).toBe(false);
  });
});

describe('RunActionRequest', () => {
  it('accepts a run id with or without a comment', () => {
    expect(RunActionRequest.parse({ run_id: RUN_ID })).toStrictEqual({ run_id: RUN_ID });
    expect(RunActionRequest.parse({ run_id: RUN_ID, comment: '' }).comment).toBe('');
    expect(RunActionRequest.safeParse({ run_id: RUN_ID, comment: 5 }).success).toBe(false);
    expect(RunActionRequest.safeParse({ run_id: 'x' }).success).toBe(false);
  });

  it('suggests the intended field', () => {
    const result = RunActionRequest.safeParse({ run_id: RUN_ID, coment: 'ok' });
    expect(result.error?.issues[0]?.message).toContain('did you mean "comment"?');
  });
});

describe('RunListRequest', () => {
  const accepts = (fields: object) =>
    RunListRequest.safeParse({ workspace_id: WORKSPACE_ID, ...fields }).success;
  const problem = problemOf(RunListRequest);

  it('starts at page 1 with 20 runs', () => {
    expect(RunListRequest.parse({ workspace_id: WORKSPACE_ID })).toStrictEqual({
      workspace_id: WORKSPACE_ID,
      page_number: 1,
      page_size: 20,
    });
  });

  it('accepts pages from 1 on, of 1 to 100 runs', () => {
    expect(accepts({ page_number: 0 })).toBe(false);
    expect(accepts({ page_number: 1_000_000 })).toBe(true);
    expect(accepts({ page_number: 1.5 })).toBe(false);
    expect(accepts({ page_size: 0 })).toBe(false);
    expect(accepts({ page_size: 1 })).toBe(true);
    expect(accepts({ page_size: 100 })).toBe(true);
    expect(accepts({ page_size: 101 })).toBe(false);
  });

  it('accepts the words of both vocabularies in the four filters', () => {
    expect(accepts({ filter_operation: 'plan,plan_only,save_plan' })).toBe(true);
    expect(accepts({ filter_status: 'Pending, plan_queued,force_canceled' })).toBe(true);
    expect(accepts({ filter_source: 'api,tfe-ui,run_trigger' })).toBe(true);
    expect(accepts({ filter_status_group: 'failed,non_final' })).toBe(true);
  });

  it.each(['filter_operation', 'filter_status', 'filter_source', 'filter_status_group'])(
    'answers an unknown word in %s with the known ones',
    (filter) => {
      const issue = problem({ workspace_id: WORKSPACE_ID, [filter]: 'zork' });
      expect(issue?.path).toEqual([filter]);
      expect(issue?.message).toMatch(/^Unknown .* "zork"\. Use one or more of .*platform's own words/);
    },
  );

  it('accepts a year, also as a number, or the last twelve months', () => {
    expect(
      RunListRequest.parse({ workspace_id: WORKSPACE_ID, filter_timeframe: 2026 }).filter_timeframe,
    ).toBe('2026');
    expect(accepts({ filter_timeframe: 'year' })).toBe(true);
    expect(accepts({ filter_timeframe: 'month' })).toBe(false);
    expect(accepts({ filter_timeframe: '20266' })).toBe(false);
  });

  it('limits the length of free texts', () => {
    expect(accepts({ search_commit: 'a'.repeat(40) })).toBe(true);
    expect(accepts({ search_commit: 'a'.repeat(41) })).toBe(false);
    for (const field of ['search_user', 'search_basic', 'filter_agent_pool_names']) {
      expect(accepts({ [field]: 'a'.repeat(100) })).toBe(true);
      expect(accepts({ [field]: 'a'.repeat(101) })).toBe(false);
    }
  });
});
