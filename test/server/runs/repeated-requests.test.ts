import { afterAll, beforeAll, expect, test } from 'vitest';
import { readyWorkspace, runBody, uploadConfiguration } from '../../support/scenario.ts';
import { claim } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let workspaceId: string;
beforeAll(async () => {
  server = await startTestServer();
  ({ workspaceId } = await readyWorkspace(server));
});
afterAll(async () => {
  while ((await claim(server)) !== undefined);
  await server.close();
});

async function post(
  headers: Record<string, string>,
  attributes: Record<string, unknown> = {},
  configurationId?: string,
): Promise<{ status: number; id: string; text: string }> {
  const body = runBody(workspaceId, attributes);
  const relationships = {
    ...body.data.relationships,
    ...(configurationId === undefined
      ? {}
      : { 'configuration-version': { data: { id: configurationId, type: 'configuration-versions' } } }),
  };
  const response = await fetch(`${server.url}/api/v2/runs`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_TOKEN}`,
      'content-type': 'application/vnd.api+json',
      ...headers,
    },
    body: JSON.stringify({ data: { ...body.data, relationships } }),
  });
  const text = await response.text();
  const { data } = JSON.parse(text) as { data?: { id: string } };
  return { status: response.status, id: data?.id ?? '', text };
}

const countRuns = async () => (await server.platform.db.selectFrom('run').select('id').execute()).length;

test('requests with the same Idempotency-Key get the same run, even at the same time', async () => {
  const before = await countRuns();
  const headers = { 'Idempotency-Key': 'deploy-42' };
  const answers = await Promise.all([1, 2, 3, 4].map(() => post(headers, { 'plan-only': true })));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(await countRuns()).toBe(before + 1);
  const other = await post({ 'Idempotency-Key': 'deploy-43' }, { 'plan-only': true });
  expect(other.id).not.toBe(answers[0]?.id);
});

test('a key belongs to one run: a request with other options is refused', async () => {
  const headers = { 'Idempotency-Key': 'once' };
  await post(headers, { 'plan-only': true });
  const before = await countRuns();
  const other = await post(headers, { 'plan-only': true, 'is-destroy': true });
  expect([other.status, other.text]).toEqual([422, expect.stringContaining('Idempotency-Key')]);
  expect(await countRuns()).toBe(before);
  expect((await post({ 'Idempotency-Key': 'k'.repeat(201) })).status).toBe(400);
});

test('without a key every request creates a run', async () => {
  const [one, other] = [await post({}, { 'plan-only': true }), await post({}, { 'plan-only': true })];
  expect(one.id).not.toBe(other.id);
});

test('the terraform CLI, which repeats a request after a 5xx, creates one run per configuration', async () => {
  const cli = { 'X-Terraform-Integration': 'cloud', 'Terraform-Version': '1.11.4' };
  const configurationId = await uploadConfiguration(server, workspaceId, undefined, { speculative: true });
  const [first, repeated] = [await post(cli, {}, configurationId), await post(cli, {}, configurationId)];
  expect([first.status, repeated.status, repeated.id]).toEqual([201, 201, first.id]);
  const another = await uploadConfiguration(server, workspaceId, undefined, { speculative: true });
  expect((await post(cli, {}, another)).id).not.toBe(first.id);
  // Other clients may run a configuration as often as they like.
  expect((await post({}, {}, configurationId)).id).not.toBe(first.id);
});

test.each([
  [
    'a cloud block reads JSON lines',
    { 'X-Terraform-Integration': 'cloud', 'Terraform-Version': '1.11.4' },
    true,
  ],
  ['the remote backend prints what it gets', { 'Terraform-Version': '1.11.4' }, false],
  ['others read what the workspace says', {}, true],
] as const)('logs of runs: %s', async (_what, headers, structured) => {
  const { id } = await post({ ...headers }, { 'plan-only': true });
  const plan = await server.call('GET', `/api/v2/runs/${id}/plan`);
  expect(plan.body.data.attributes['structured-run-output-enabled']).toBe(structured);
});
