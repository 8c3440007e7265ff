import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOfRun } from '../../support/run-statements.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

/** The number of statements for each step, without those that begin or end transactions. */
const STATEMENTS = {
  'POST /runs': 18,
  'claim of the plan': 16,
  'end of the plan (5 requests)': 33,
  apply: 12,
  'claim of the apply': 19,
  'end of the apply (2 requests)': 30,
};

test('each step of a run sends the number of statements in this table', async () => {
  const counted = await statementsOfRun(server);
  const counts = Object.fromEntries([...counted].map(([name, statements]) => [name, statements.length]));
  expect(counts, JSON.stringify([...counted], null, 1)).toEqual(STATEMENTS);
});
