import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOXES_PLAN, celPolicies, createPolicySet } from '../support/policy-scenario.ts';
import { createRun, readyWorkspace, statusOf, uniqueName } from '../support/scenario.ts';
import { claimStepOf } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';
import { startTaskService, type TaskService } from '../support/task-service.ts';

const root = path.resolve(import.meta.dirname, '..', '..');
/** The shell blocks of a page, in the order of the page. */
function blocksOf(page: string, count: number): string[] {
  const text = readFileSync(path.join(root, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands = '']) => commands);
  expect(blocks, page).toHaveLength(count);
  return blocks;
}

let server: TestServer;
let service: TaskService;
beforeAll(async () => {
  service = await startTaskService();
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  service.close();
});

/** Runs commands of a page in the folder of the project, with the program on the PATH. */
async function bash(commands: string, variables: Record<string, string>): Promise<string> {
  const env = {
    PATH: `${path.join(root, 'bin')}:${process.env['PATH']}`,
    RUNWRIGHT_URL: server.url,
    RUNWRIGHT_TOKEN: ADMIN_TOKEN,
    ...variables,
  };
  return (await promisify(execFile)('bash', ['-euc', commands], { env, cwd: root })).stdout;
}

async function plannedRun(workspaceId: string): Promise<string> {
  const runId = await createRun(server, workspaceId);
  await (await claimStepOf(server, runId))?.finishPlan({}, BOXES_PLAN);
  return runId;
}

test(
  'the commands of the page about run tasks make a task, attach it, answer for it, and show its result',
  { timeout: 120_000 },
  async () => {
    const { organization, workspaceId } = await readyWorkspace(server, { name: 'network' });
    const [make = '', answer = '', show = ''] = blocksOf('run-tasks.md', 3);
    expect(await bash(make, { ORGANIZATION: organization, SERVICE: service.url })).toMatch(
      /task-\w{16} {2}scanner {2}\S+ {2}enabled\nwstask-\w{16} {2}scanner is asked at pre_plan, post_plan, mandatory\ntask-\w{16} {2}scanner/,
    );
    const runId = await createRun(server, workspaceId);
    const asked = await service.requestFor(runId, 'pre_plan');
    await bash(answer, {
      CALLBACK: asked.payload.task_result_callback_url,
      ACCESS_TOKEN: asked.payload.access_token,
    });
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('plan_queued');
    expect(await bash(show, { RUN: runId })).toBe(
      'pre-plan  passed\n    passed  scanner (mandatory)\n        4 passed, 0 failed\n        https://example.com/17\n' +
        'post-plan  pending\n    pending  scanner (mandatory)\n',
    );
  },
);

test(
  'the commands of the pages about costs and policies switch estimates on, upload, try and override',
  { timeout: 120_000 },
  async () => {
    const { organization, workspaceId } = await readyWorkspace(server, { name: 'network' });
    const [switchOn = '', books = ''] = blocksOf('cost.md', 2);
    expect(await bash(switchOn, { ORGANIZATION: organization })).toContain('"cost-estimation-enabled":true');
    expect(await bash(books, { ORGANIZATION: organization })).toMatch(/clouds-sample {2}version 1/);
    const [upload = '', override = ''] = blocksOf('policies.md', 2);
    await plannedRun(workspaceId);
    expect(await bash(upload, { ORGANIZATION: organization })).toMatch(
      /holds now, with 3 policies[^]*would end[^]*1 plans tried, 1 of them would have been blocked/,
    );
    const other = await readyWorkspace(server);
    await createPolicySet(server, other.organization, celPolicies(['no', 'soft-mandatory', 'false']));
    const runId = await plannedRun(other.workspaceId);
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('policy_override');
    const { body } = await server.call('GET', `/api/v2/runs/${runId}/policy-checks`);
    const [check] = body.data as unknown as { id: string }[];
    expect(await bash(override, { CHECK: check?.id ?? '' })).toContain('"status":"overridden"');
    expect(await statusOf(server, runId)).toBe('policy_checked');
  },
);

test(
  'the commands of the page about approvals ask for approvals, give one, apply, and close a workspace',
  { timeout: 120_000 },
  async () => {
    const { organization, workspaceId } = await readyWorkspace(server);
    const teams = `/api/v2/organizations/${organization}/teams`;
    const team = await server.call('POST', teams, {
      data: { type: 'teams', attributes: { name: 'reviewers' } },
    });
    const [rules = '', approve = '', windows = ''] = blocksOf('approvals.md', 3);
    const variables = { WORKSPACE: workspaceId, TEAM: team.body.data.id };
    expect(await bash(rules, variables)).toContain(`"team-id":"${team.body.data.id}","approvals":2`);
    await server.call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
      data: { attributes: { 'approval-rules': [{ 'team-id': null, approvals: 1 }] } },
    });
    const runId = await plannedRun(workspaceId);
    const approver = await server.addUser(uniqueName('approver'), [organization]);
    await bash(approve, { RUN: runId, RUNWRIGHT_TOKEN: approver });
    expect(await statusOf(server, runId)).toBe('apply_queued');
    expect(await bash(windows, variables)).toContain('"name":"holidays"');
  },
);
