/** What stands between a plan and its apply, one of each kind, for tests that try every route. */
import { newId } from '@runwright/models';
import { uniqueName } from './scenario.ts';
import type { TestServer } from './server.ts';

export const SMALL_BOOK =
  'currency: USD\nsource: https://example.com\ndate: 2026-01-31\nprices:\n  - resource: box_server\n    monthly: 1\n';

/** @returns ids by kind */
export async function makeCheckScene(
  server: TestServer,
  organization: string,
  runId: string,
): Promise<Record<string, string>> {
  const make = async (path: string, type: string, attributes: object): Promise<string> => {
    const answer = await server.call('POST', path, { data: { type, attributes } });
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
