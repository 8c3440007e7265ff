/** The parameters that a run may have. Impossible ones are refused before a run is created. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyWorkspace, runBody } from '../../support/scenario.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer()));
afterAll(async () => await server.close());

test.each([
  [{ 'target-addrs': ['not an address'] }, '/data/attributes/target-addrs/0'],
  [{ 'replace-addrs': ['data.local_file.x'] }, '/data/attributes/replace-addrs/0'],
  [{ variables: [{ key: 'k'.repeat(129), value: '1' }] }, '/data/attributes/variables/0/key'],
  [{ variables: [{ key: 'k', value: 'v'.repeat(257) }] }, '/data/attributes/variables/0/value'],
  [{ 'terraform-version': '1.11.4' }, '/data/attributes/terraform-version'],
  [{ 'plan-only': true, 'terraform-version': '--help' }, '/data/attributes/terraform-version'],
  [{ 'is-destroy': 'yes' }, '/data/attributes/is-destroy'],
  [{ message: 'a\u0000b' }, '/data/attributes/message'],
  [{ message: 'm'.repeat(10_001) }, '/data/attributes/message'],
  [{ 'target-addrs': [`a.${'b'.repeat(5_000)}`] }, '/data/attributes/target-addrs/0'],
  [{ 'target-addrs': Array.from({ length: 1_001 }, () => 'a.b') }, '/data/attributes/target-addrs'],
  [
    { 'replace-addrs': Array.from({ length: 60 }, () => `a.${'b'.repeat(4_000)}`) },
    '/data/attributes/replace-addrs',
  ],
  [
    { variables: Array.from({ length: 1_001 }, (_, index) => ({ key: `k${index}`, value: '1' })) },
    '/data/attributes/variables',
  ],
])('refuses %j and points at it', async (attributes, pointer) => {
  const { workspaceId } = await readyWorkspace(server);
  const answer = await server.call('POST', '/api/v2/runs', runBody(workspaceId, attributes));
  expect(answer.status).toBe(422);
  expect(answer.body.errors?.map(({ source }) => source?.pointer)).toContain(pointer);
  const runs = await server.platform.db
    .selectFrom('run')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .execute();
  expect(runs).toEqual([]);
});
