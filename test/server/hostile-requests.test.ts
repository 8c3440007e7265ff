import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENT_PATH } from '../../src/protocol/agent.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { createRun, readyWorkspace } from '../support/scenario.ts';
import { mustClaim } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, AGENT_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

/** Sent at once, so that they also meet each other. */
const BATCH = 20;
const BATCHES = 500;

let server: TestServer;
let ids: string[];
let names: string[];
beforeAll(async () => {
  server = await startTestServer();
  const { organization, workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  const step = await mustClaim(server);
  const run = await server.call('GET', `/api/v2/runs/${runId}`);
  const related = Object.values(run.body.data.relationships).flatMap(({ data }) => data ?? []);
  ids = [workspaceId, runId, step.id, ...related.map(({ id }) => id)];
  names = [organization];
  const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
  ids.push(workspace.body.data.relationships['project']?.data?.id ?? '');
});
afterAll(async () => await server.close());

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '../..',
    "' or 1=1 --",
    '%00',
    '-1',
    '1e999',
    'null',
    '__proto__',
    'ws-',
  ),
);

/** Bodies near enough to valid ones that they get past the first check. */
const attributeName = fc.oneof(
  fc.constantFrom(
    'name',
    'email',
    'message',
    'plan-only',
    'is-destroy',
    'target-addrs',
    'replace-addrs',
    'variables',
    'body',
    'terraform-version',
    'working-directory',
    'auto-apply',
    'speculative',
    'auto-queue-runs',
    'description',
    'expired-at',
    'execution-mode',
    'save-plan',
    'refresh-only',
    'allow-empty-apply',
    'key',
    'value',
    'category',
    'sensitive',
    'hcl',
    'global',
    'priority',
  ),
  anyText,
);
const attributeValue = fc.oneof(
  anyText,
  fc.boolean(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.double(),
  fc.array(anyText, { maxLength: 3 }),
  fc.array(fc.record({ key: anyText, value: anyText }), { maxLength: 3 }),
  fc.constantFrom(
    'local',
    'latest',
    '~> 1.9.0',
    '2020-01-01T00:00:00Z',
    'a-good-name',
    'terraform_data.x[0]',
    'env',
    'terraform',
  ),
);
const resource = fc.record({
  data: fc.record({
    type: fc.constantFrom('runs', 'workspaces', ''),
    attributes: fc.dictionary(attributeName, attributeValue, { maxKeys: 5 }),
    relationships: fc.dictionary(
      fc.constantFrom('workspace', 'configuration-version', 'project'),
      fc.oneof(
        fc.record({
          data: fc.record({ id: fc.nat(20).map((index) => ids[index % ids.length]), type: anyText }),
        }),
        fc.jsonValue({ maxDepth: 2 }),
      ),
      { maxKeys: 2 },
    ),
  }),
});
/** Valid ones, so that there is more to stumble over. */
const valid = fc
  .constantFrom({ 'plan-only': true }, { body: 'a comment' }, { speculative: true }, { name: 'a-good-name' })
  .map((attributes) => ({
    data: {
      type: 'runs',
      attributes,
      relationships: { workspace: { data: { id: ids[0], type: 'workspaces' } } },
    },
  }));
const body = fc.oneof(
  { weight: 2, arbitrary: valid.map((value) => JSON.stringify(value)) },
  { weight: 5, arbitrary: resource.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: fc.record({ comment: anyText, reason: anyText }).map((value) => JSON.stringify(value)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, '['.repeat(100_000), '{"data":'.repeat(5_000), '"\\ud800"'),
  },
);
const query = fc.dictionary(
  fc.oneof(
    fc.constantFrom(
      'page[number]',
      'page[size]',
      'include',
      'filter[operation]',
      'filter[status]',
      'filter[source]',
      'offset',
      'filter[status_group]',
      'filter[timeframe]',
      'filter[names]',
      'search[name]',
      'search[basic]',
      'limit',
    ),
    anyText,
  ),
  fc.oneof(
    anyText,
    fc.constantFrom('0', '-5', '999999999999', '1', 'plan', 'applied', '2024', '99999', 'a,b,,c'),
  ),
  { maxKeys: 3 },
);
const request = fc.record({
  route: fc.nat(),
  segments: fc.array(fc.oneof({ weight: 1, arbitrary: anyText }, { weight: 3, arbitrary: fc.nat(60) }), {
    minLength: 3,
    maxLength: 3,
  }),
  query,
  body,
  contentType: fc.constantFrom('application/vnd.api+json', 'application/json', 'text/plain', ''),
  token: fc.constantFrom(ADMIN_TOKEN, ADMIN_TOKEN, ADMIN_TOKEN, AGENT_TOKEN, 'wrong', null),
});
type HostileRequest = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

const KIND: Record<string, string> = {
  workspaces: 'ws-',
  runs: 'run-',
  plans: 'plan-',
  applies: 'apply-',
  'configuration-versions': 'cv-',
  projects: 'prj-',
  users: 'user-',
  'run-events': 're-',
};

/** An arbitrary text; for most numbers something that exists and fits the route, for others something that does not. */
function segment(value: string | number, parameter: string, route: { method: string; url: string }): string {
  if (typeof value === 'string') return encodeURIComponent(value.toWellFormed());
  if (parameter === ':organization') return names[0] ?? '';
  const prefix = KIND[/\/api\/v2\/([^/]+)\/:id/.exec(route.url)?.[1] ?? ''];
  const fitting = ids.find((id) => prefix !== undefined && id.startsWith(prefix));
  // Nothing may delete what the other requests need.
  const fits = value % 4 !== 0 && route.method !== 'DELETE';
  return (fits ? fitting : undefined) ?? ids[value % ids.length] ?? '';
}

async function send(hostile: HostileRequest): Promise<{ line: string; status: number; text: string }> {
  // A claim or a heartbeat that is right by chance may wait a minute, as it should.
  const routes = allEndpoints(server.platform).filter(({ url }) => !/claim|heartbeat/.test(url));
  const route = routes[hostile.route % routes.length];
  if (route === undefined) throw new Error('there are no routes');
  const segments = [...hostile.segments];
  const path = route.url.replaceAll(/:[a-z]+/g, (parameter) =>
    segment(segments.pop() ?? '', parameter, route),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(hostile.query))
    search.append(key.toWellFormed(), value.toWellFormed());
  const response = await fetch(`${server.url}${path}?${search.toString()}`, {
    method: route.method,
    redirect: 'manual',
    headers: {
      ...(hostile.token === null ? {} : { authorization: `Bearer ${hostile.token}` }),
      ...(hostile.contentType === '' ? {} : { 'content-type': hostile.contentType }),
    },
    ...(route.method === 'GET' || hostile.body === undefined ? {} : { body: hostile.body }),
  });
  const text = await response.text();
  return {
    line: `${route.method} ${path}?${search.toString()} ${hostile.body?.slice(0, 500)}`,
    status: response.status,
    text,
  };
}

/** Runners, OAuth clients and browsers get errors in their own words. */
const speaksOtherwise = (line: string): boolean =>
  [`${AGENT_PATH}/`, ' /oauth/', ' /app/'].some((part) => line.includes(part));

test(`no request gets a 5xx, and every refusal is a JSON:API error (${BATCH * BATCHES} random ones)`, async () => {
  const seen = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: BATCH, maxLength: BATCH }), async (batch) => {
      for (const { line, status, text } of await Promise.all(batch.map(send))) {
        seen.set(status, (seen.get(status) ?? 0) + 1);
        if (status >= 500) throw new Error(`${status} for ${line}: ${text}`);
        if (status >= 400 && !speaksOtherwise(line)) {
          const { errors } = JSON.parse(text) as { errors: { status: string; title: string }[] };
          expect([line, errors[0]?.status]).toEqual([line, String(status)]);
        }
      }
    }),
    { numRuns: BATCHES, endOnFailure: true },
  );
  // The generator must reach deep: things were found, made, and refused for what they say.
  for (const status of [200, 401, 404, 422]) expect(seen.get(status) ?? 0).toBeGreaterThan(100);
  expect(seen.get(201) ?? 0).toBeGreaterThan(0);
  expect((await server.call('GET', '/readyz', undefined, null)).status).toBe(200);
}, 240_000);
