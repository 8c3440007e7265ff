import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOfRun } from '../../support/run-statements.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

/** Begins and ends of transactions are not among them. */
const STATEMENTS = {
  'POST /runs': 19,
  'claim of the plan': 16,
  'end of the plan (5 requests)': 33,
  apply: 12,
  'claim of the apply': 19,
  'end of the apply (2 requests)': 30,
};

test('each step of a run asks the database as often as this table says', async () => {
  const counted = await statementsOfRun(server);
  const counts = Object.fromEntries([...counted].map(([name, statements]) => [name, statements.length]));
  expect(counts, JSON.stringify([...counted], null, 1)).toEqual(STATEMENTS);
});
