/** What stands between a plan and its apply, one of each kind, for tests that try every route. */
import { newId } from '@runwright/models';
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
  const estimate = newId('ce');
  await server.platform.db
    .insertInto('cost_estimate')
    .values({ id: estimate, run_id: runId, status: 'errored', error_message: 'made for a test' })
    .execute();
  return {
    'cost-estimates': estimate,
    'price-books': await make(`/api/v2/organizations/${organization}/price-books`, 'price-books', {
      name: 'book',
      document: SMALL_BOOK,
    }),
  };
}
