/** One of each kind of check between a plan and its apply, for tests that try every route. */
import { newId } from '@runwright/models';
import { uniqueName } from './scenario.ts';
import { hashSecret, newOpaqueToken } from '../../src/server/secrets/opaque-tokens.ts';
import type { TestServer } from './server.ts';

type Make = (path: string, type: string, attributes: object, relationships?: object) => Promise<string>;

export const SMALL_BOOK =
  'currency: USD\nsource: https://example.com\ndate: 2026-01-31\nprices:\n  - resource: box_server\n    monthly: 1\n';

/** @returns the ids by kind */
export async function makeCheckScene(
  server: TestServer,
  organization: string,
  runId: string,
): Promise<Record<string, string>> {
  const make: Make = async (path, type, attributes, relationships) => {
    const answer = await server.call('POST', path, { data: { type, attributes, relationships } });
    if (answer.status !== 201) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
    return answer.body.data.id;
  };
  const { db } = server.platform;
  const estimate = newId('ce');
  await db
    .insertInto('cost_estimate')
    .values({ id: estimate, run_id: runId, status: 'errored', error_message: 'made for a test' })
    .execute();
  const [check, evaluation, outcome] = [newId('polchk'), newId('poleval'), newId('psout')];
  await db.insertInto('policy_check').values({ id: check, run_id: runId, status: 'passed' }).execute();
  await db
    .insertInto('policy_evaluation')
    .values({ id: evaluation, policy_check_id: check, kind: 'cel', status: 'passed' })
    .execute();
  await db
    .insertInto('policy_set_outcome')
    .values({
      id: outcome,
      policy_evaluation_id: evaluation,
      policy_set_name: 'set',
      policy_set_description: '',
      outcomes: '[]',
    })
    .execute();
  const policy = await make(`/api/v2/organizations/${organization}/policies`, 'policies', {
    name: uniqueName('policy'),
  });
  await db.updateTable('policy').set({ source_text: 'true' }).where('id', '=', policy).execute();
  const set = await make(`/api/v2/organizations/${organization}/policy-sets`, 'policy-sets', {
    name: uniqueName('set'),
  });
  return {
    ...(await makeTaskScene(server, organization, runId, make)),
    'policy-checks': check,
    'policy-evaluations': evaluation,
    'policy-set-outcomes': outcome,
    policies: policy,
    'policy-sets': set,
    'policy-set-versions': await make(`/api/v2/policy-sets/${set}/versions`, 'policy-set-versions', {}),
    'policy-set-parameters': await make(`/api/v2/policy-sets/${set}/parameters`, 'vars', {
      key: 'a',
      value: 'b',
    }),
    'cost-estimates': estimate,
    'price-books': await make(`/api/v2/organizations/${organization}/price-books`, 'price-books', {
      name: uniqueName('book'),
      document: SMALL_BOOK,
    }),
  };
}

/** The result of a task in a run that has ended. */
export async function makeTaskResult(
  { platform: { db } }: TestServer,
  runId: string,
): Promise<{ stage: string; result: string }> {
  const [stage, result] = [newId('ts'), newId('taskrs')];
  await db
    .insertInto('task_stage')
    .values({ id: stage, run_id: runId, stage: 'post_plan', status: 'passed' })
    .execute();
  const asked = { task_name: 'scanner', task_url: 'https://example.com', level: 'advisory' } as const;
  await db
    .insertInto('task_result')
    .values({ id: result, task_stage_id: stage, ...asked, overridable: false, status: 'passed' })
    .execute();
  return { stage, result };
}

/** The token with which the service of a run task calls back. */
export async function makeTaskToken({ db }: TestServer['platform'], resultId: string): Promise<string> {
  const secret = newOpaqueToken();
  await db
    .insertInto('token')
    .values({ id: newId('at'), secret_hash: hashSecret(secret), kind: 'task', task_result_id: resultId })
    .execute();
  return secret;
}

async function makeTaskScene(
  server: TestServer,
  organization: string,
  runId: string,
  make: Make,
): Promise<Record<string, string>> {
  const { db } = server.platform;
  const { stage, result } = await makeTaskResult(server, runId);
  const outcome = newId('trout');
  const finding = { position: 0, outcome_id: 'one', description: 'a finding', body: '' };
  await db
    .insertInto('task_result_outcome')
    .values({ id: outcome, task_result_id: result, ...finding })
    .execute();
  const task = await make(`/api/v2/organizations/${organization}/tasks`, 'tasks', {
    name: uniqueName('task'),
    url: 'https://example.com',
    enabled: false,
  });
  const { workspace_id: workspaceId } = await db
    .selectFrom('run')
    .select('workspace_id')
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  const attached = await make(
    `/api/v2/workspaces/${workspaceId}/tasks`,
    'workspace-tasks',
    { stages: ['post_plan'] },
    { task: { data: { type: 'tasks', id: task } } },
  );
  return {
    'task-stages': stage,
    'task-results': result,
    'task-result-outcomes': outcome,
    tasks: task,
    'workspace-tasks': attached,
  };
}
