/**
 * Random requests over every operation of the OpenAPI document, built from it and then damaged. test/hostile/
 * builds them; every answer is also compared with its declaration (test/support/answer-check.ts).
 */
import { Agent } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { operationsOf, type ApiDescription, type ApiOperation } from '../hostile/api-operations.ts';
import { settle } from '../hostile/inhabited.ts';
import {
  follow,
  requestOf,
  send,
  type HostileRequest,
  type Sent,
  type Surroundings,
} from '../hostile/requests.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

/** Requests sent at once, so that they also race with each other. */
const BATCH = 20;
/**
 * The requests differ on each run, so that many runs try what one cannot. Most faults occur before the database is
 * used, so the second one gets fewer. `share` of the endpoints must have succeeded at least once.
 */
const { requests, share } =
  inject('databaseTemplate').kind === 'embedded'
    ? { requests: 6_000, share: 0.42 }
    : { requests: 3_000, share: 0.36 };
const REQUESTS = Number(process.env['RUNWRIGHT_TEST_REQUESTS'] ?? requests);
const BATCHES = REQUESTS / BATCH;

const FOREIGN_MARK = 'zq7secretmark';

let server: TestServer;
let operations: ApiOperation[];
let surroundings: Surroundings;
const connections = new Agent({ keepAlive: true, maxSockets: BATCH });

beforeAll(async () => {
  server = await startTestServer();
  const description = (await server.call('GET', '/api/openapi.json')).body as unknown as ApiDescription;
  operations = operationsOf(description);
  const keeper = await server.addUser('keeper', []);
  const member = await server.addUser('member', []);
  const foreign = await settle(server, description, keeper, 'foreign-organization', FOREIGN_MARK);
  const own = await settle(server, description, member, 'own-organization', 'plain-text');
  // A request that succeeds by chance does not count as a test of its endpoint.
  server.answers.stopRecording();
  const { url } = server;
  surroundings = {
    url,
    description,
    member,
    own,
    foreign,
    foreignMark: FOREIGN_MARK,
    disposable: new Map(),
  };
}, 240_000);
afterAll(async () => {
  connections.destroy();
  await server.close();
});

/** Data that a runner's or the administrator's token must not have changed either. */
async function readForeign(): Promise<string> {
  const { organization, idsByType } = surroundings.foreign;
  const paths = [
    `/api/v2/organizations/${organization}`,
    ...['workspaces', 'runs', 'projects', 'comments', 'state-versions'].flatMap((type) =>
      (idsByType.get(type) ?? []).map((id) => `/api/v2/${type}/${id}`),
    ),
  ];
  return (await Promise.all(paths.map(async (path) => (await server.call('GET', path)).text))).join('\n');
}

/** @throws when the answer breaks a rule for all answers */
function judge({ token }: HostileRequest, { line, status, contentType, text }: Sent): void {
  const complain = (problem: string): never => {
    throw new Error(`${problem}: ${status} for ${line}: ${text}`);
  };
  if (status >= 500) complain('the server failed');
  if (status >= 400 && contentType.startsWith('application/vnd.api+json')) {
    const { errors } = JSON.parse(text) as { errors: { status: string }[] };
    if (errors[0]?.status !== String(status)) complain('not a JSON:API error');
  }
  const mayKnow = token === ADMIN_TOKEN || token === AGENT_TOKEN;
  if (!mayKnow && text.includes(FOREIGN_MARK)) complain('another organization shows in the answer');
}

test('the description suffices to make an organization with one of everything', async () => {
  const { idsByType } = surroundings.foreign;
  for (const type of ['workspaces', 'runs', 'plans', 'state-versions', 'state-version-outputs', 'comments']) {
    expect([type, idsByType.has(type)]).toEqual([type, true]);
  }
  expect(await readForeign()).toContain(FOREIGN_MARK);
});

test(`no request gets a 5xx or shows another organization (${BATCH * BATCHES} random ones on this database)`, async () => {
  const before = await readForeign();
  const statuses = new Map<number, number>();
  const succeeded = new Set<string>();
  let rejections = 0;
  const onRejection = (): void => void (rejections += 1);
  process.on('unhandledRejection', onRejection);
  const any = fc.oneof(...operations.map((operation) => requestOf(operation, surroundings)));
  await fc.assert(
    fc.asyncProperty(fc.array(any, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
      const answers = await Promise.all(
        batch.map(async (hostile) => ({ hostile, sent: await send(hostile, surroundings, connections) })),
      );
      for (const { hostile, sent } of answers) {
        judge(hostile, sent);
        follow(hostile, sent, surroundings);
        statuses.set(sent.status, (statuses.get(sent.status) ?? 0) + 1);
        if (sent.status < 400) succeeded.add(hostile.operation.id);
      }
      server.answers.check();
    }),
    { numRuns: BATCHES, endOnFailure: true },
  );
  process.off('unhandledRejection', onRejection);
  expect(rejections).toBe(0);
  // The generator must reach deep: things were found and made, and requests were refused for their contents.
  const rare = [200, 201, 400, 401, 404, 422].filter((status) => (statuses.get(status) ?? 0) <= BATCHES / 20);
  expect(rare, JSON.stringify([...statuses])).toEqual([]);
  const served = operations.filter(({ canSucceed }) => canSucceed);
  expect(succeeded.size / served.length).toBeGreaterThan(share);
  expect(await readForeign()).toBe(before);
  expect((await server.call('GET', '/readyz', undefined, null)).status).toBe(200);
}, 600_000);
