import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redactedPlan } from '../../support/checked-plan.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf, type HeldStep } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const BOOK = `
currency: USD
source: https://example.com/prices
date: 2026-01-31
prices:
  - resource: box_server
    attributes: { size: small }
    monthly: 7.488
  - resource: box_server
    attributes: { size: large, disk.0.type: ssd }
    monthly: 18 + values.disk[0].gigabytes * 0.1
  - resource: box_server
    when: values.size.startsWith("x")
    monthly: values.cores * 10
`;

const bookBody = (attributes: Record<string, unknown>) => ({ data: { type: 'price-books', attributes } });

async function estimatedWorkspace(document: string | null = BOOK) {
  const { organization, workspaceId } = await readyWorkspace(server);
  const enabled = { data: { type: 'organizations', attributes: { 'cost-estimation-enabled': true } } };
  await server.call('PATCH', `/api/v2/organizations/${organization}`, enabled);
  if (document !== null) {
    const path = `/api/v2/organizations/${organization}/price-books`;
    const uploaded = await server.call('POST', path, bookBody({ name: 'boxes', document }));
    expect(uploaded.status, uploaded.text).toBe(201);
  }
  return { organization, workspaceId };
}

async function planStep(runId: string): Promise<HeldStep> {
  return (await claimStepOf(server, runId)) ?? expect.fail('the run has no step');
}

const estimateOf = async (runId: string) => {
  const run = await server.call('GET', `/api/v2/runs/${runId}?include=cost_estimate`);
  const included = run.body.included?.find(({ type }) => type === 'cost-estimates');
  if (included === undefined) return undefined;
  const read = await server.call('GET', `/api/v2/cost-estimates/${included.id}`);
  expect(read.body.data).toEqual(included);
  return included.attributes;
};

test('a run of an organization with estimates is estimated and then waits for a confirmation', async () => {
  const { workspaceId } = await estimatedWorkspace();
  const runId = await createRun(server, workspaceId);
  expect(await estimateOf(runId)).toMatchObject({ status: 'pending', 'delta-monthly-cost': null });
  const step = await planStep(runId);
  await step.finishPlan(
    {},
    redactedPlan({
      'box_server.new': { before: null, after: { size: 'small' } },
      'box_server.grown': {
        before: { size: 'small' },
        after: { size: 'large', disk: [{ type: 'ssd', gigabytes: 30 }] },
      },
      'box_server.gone': { before: { size: 'x4', cores: 4 }, after: null },
      'box_server.same': { before: { size: 'small' }, after: { size: 'small' } },
      'box_server.odd': { before: null, after: { size: 'huge' } },
      'box_server.unknown': { before: null, after: { size: 'x8' } },
      'box_network.new': { before: null, after: {} },
    }),
  );
  await expect.poll(() => statusOf(server, runId), { timeout: 20_000 }).toBe('cost_estimated');
  const attributes = await estimateOf(runId);
  expect(attributes).toMatchObject({
    status: 'finished',
    'status-timestamps': {
      'pending-at': expect.any(String),
      'queued-at': expect.any(String),
      'finished-at': expect.any(String),
    },
    'prior-monthly-cost': '54.976',
    'proposed-monthly-cost': '35.976',
    'delta-monthly-cost': '-19.0',
    currency: 'USD',
    'resources-count': 7,
    'matched-resources-count': 4,
    'unmatched-resources-count': 3,
    'price-books': [{ name: 'boxes', version: 1 }],
    'error-message': null,
  });
  expect(attributes?.['resources']).toMatchObject({
    matched: expect.arrayContaining([
      {
        address: 'box_server.grown',
        type: 'box_server',
        'prior-monthly-cost': '7.488',
        'proposed-monthly-cost': '21.0',
        'delta-monthly-cost': '13.512',
        'price-book': 'boxes',
      },
    ]),
    unmatched: [
      { address: 'box_server.odd', reason: 'no price of box_server fits its attributes' },
      { address: 'box_server.unknown', reason: 'boxes: No such key: cores' },
      { address: 'box_network.new', reason: 'no price book has box_network' },
    ],
  });
  const run = await server.call('GET', `/api/v2/runs/${runId}`);
  expect(run.body.data.attributes).toMatchObject({
    actions: { 'is-confirmable': true, 'is-discardable': true },
    'status-timestamps': {
      'cost-estimating-at': expect.any(String),
      'cost-estimated-at': expect.any(String),
    },
  });
  expect((await server.call('POST', `/api/v2/runs/${runId}/actions/apply`)).status).toBe(202);
});

test('a run with auto-apply is applied after its estimate, and one without prices is estimated too', async () => {
  const { workspaceId } = await estimatedWorkspace(null);
  const runId = await createRun(server, workspaceId, { 'auto-apply': true });
  await (await planStep(runId)).finishPlan({}, redactedPlan({ 'a_b.c': { before: null, after: {} } }));
  await expect.poll(() => statusOf(server, runId), { timeout: 20_000 }).toBe('apply_queued');
  expect(await estimateOf(runId)).toMatchObject({ status: 'finished', 'delta-monthly-cost': '0.0' });
});

test('an unreadable plan makes the estimate errored and blocks nothing', async () => {
  const { workspaceId } = await estimatedWorkspace();
  const runId = await createRun(server, workspaceId);
  await (await planStep(runId)).finishPlan({}, { resource_changes: 'none' });
  await expect.poll(() => statusOf(server, runId), { timeout: 20_000 }).toBe('cost_estimated');
  expect(await estimateOf(runId)).toMatchObject({
    status: 'errored',
    'error-message': expect.stringContaining('could not be estimated'),
    'delta-monthly-cost': null,
  });
});

test('a targeted run skips its estimate, and a run of an organization without estimates has none', async () => {
  const { organization, workspaceId } = await estimatedWorkspace();
  const targeted = await createRun(server, workspaceId, { 'target-addrs': ['box_server.new'] });
  await (await planStep(targeted)).finishPlan();
  expect(await statusOf(server, targeted)).toBe('planned');
  expect(await estimateOf(targeted)).toMatchObject({ status: 'skipped_due_to_targeting' });
  const disabled = { data: { type: 'organizations', attributes: { 'cost-estimation-enabled': false } } };
  await server.call('PATCH', `/api/v2/organizations/${organization}`, disabled);
  await server.call('POST', `/api/v2/runs/${targeted}/actions/discard`);
  const without = await createRun(server, workspaceId);
  await (await planStep(without)).finishPlan();
  expect(await statusOf(server, without)).toBe('planned');
  expect(await estimateOf(without)).toBeUndefined();
});

test('a run that ends before its plan has an unreachable estimate', async () => {
  const { workspaceId } = await estimatedWorkspace(null);
  const runId = await createRun(server, workspaceId);
  await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`);
  expect(await estimateOf(runId)).toMatchObject({ status: 'unreachable' });
});

test('an invalid book is refused with lines and columns, and the previous version stays', async () => {
  const { organization } = await estimatedWorkspace();
  const path = `/api/v2/organizations/${organization}/price-books`;
  const listed = await server.call('GET', path);
  const [book] = listed.body.data as unknown as { id: string }[];
  const refusals: [string, string][] = [
    ['currency: [', 'line 1, column 12'],
    [
      BOOK.replace('values.cores * 10', 'values.cores *'),
      'line 14, column 27: prices[2].monthly: Unexpected token',
    ],
    [BOOK.replace('values.cores', 'size'), 'line 14, column 14: prices[2].monthly: Unknown variable: size'],
    [BOOK.replace('7.488', '-1'), 'line 8, column 14: prices[0].monthly: must not be negative'],
    [BOOK.replace('USD', 'dollars'), 'line 2, column 11: currency: must be three capital letters'],
    [BOOK.replace('2026-01-31', 'yesterday'), 'line 4, column 7: date: must be the day'],
    [BOOK.replace('7.488', '\'"seven"\''), 'prices[0].monthly: gives string: it must give a number'],
    [`a: &a [*a]\n${BOOK}`, 'it is nested too deeply, or holds itself'],
    ['currency: USD\ncurrency: EUR', 'line 2, column 1: Map keys must be unique'],
    [
      'a: &a [1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c]',
      'Excessive alias count',
    ],
    ['just words', 'line 1, column 1: the document'],
    ['{"currency": "USD",}', 'line 1, column 1: source'],
  ];
  for (const [document, detail] of refusals) {
    const answer = await server.call('PATCH', `/api/v2/price-books/${book?.id}`, bookBody({ document }));
    expect(answer.status, document).toBe(422);
    expect(answer.text, document).toContain(detail);
  }
  expect((await server.call('GET', `/api/v2/price-books/${book?.id}`)).body.data.attributes).toMatchObject({
    version: 1,
    'prices-count': 3,
  });
});

test('a book keeps all its versions, and all books have one currency', async () => {
  const { organization } = await estimatedWorkspace();
  const path = `/api/v2/organizations/${organization}/price-books`;
  const second = await server.call('POST', path, bookBody({ name: 'more', document: BOOK }));
  const self = `/api/v2/price-books/${second.body.data.id}`;
  expect((await server.call('POST', path, bookBody({ name: 'more', document: BOOK }))).status).toBe(422);
  const euros = BOOK.replace('USD', 'EUR');
  const refused = await server.call('PATCH', self, bookBody({ document: euros }));
  expect(refused.text).toContain('"boxes\\" is in USD');
  const next = BOOK.replace('7.488', '8');
  expect((await server.call('PATCH', self, bookBody({ document: next }))).body.data.attributes).toMatchObject(
    {
      name: 'more',
      version: 2,
    },
  );
  expect((await server.call('GET', `${self}/download`)).text).toBe(next);
  expect((await server.call('GET', `${self}/download?version=1`)).text).toBe(BOOK);
  expect((await server.call('GET', `${self}/download?version=3`)).status).toBe(404);
  expect((await server.call('DELETE', self)).status).toBe(204);
  expect((await server.call('GET', self)).status).toBe(404);
});

test('a program of the operator estimates instead of the books, and its failure blocks no run', async () => {
  const { workspaceId } = await estimatedWorkspace();
  const program = path.join(mkdtempSync(path.join(tmpdir(), 'runwright-estimator-')), 'estimator');
  const answers = async (script: string): Promise<Record<string, unknown> | undefined> => {
    writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    const runId = await createRun(server, workspaceId, { 'plan-only': true });
    await (await planStep(runId)).finishPlan();
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('planned_and_finished');
    return await estimateOf(runId);
  };
  server.platform.costCommand = program;
  try {
    const output = '{"currency":"USD","pastTotalMonthlyCost":"1","totalMonthlyCost":"3.5","projects":[]}';
    expect(await answers(`grep -q format_version "$1" && echo '${output}'`)).toMatchObject({
      status: 'finished',
      'delta-monthly-cost': '2.5',
      'price-books': [],
    });
    expect(await answers('echo "no key is set" >&2; exit 1')).toMatchObject({
      status: 'errored',
      'error-message': expect.stringContaining('the estimator failed: it ended with 1: no key is set'),
    });
  } finally {
    server.platform.costCommand = null;
    rmSync(path.dirname(program), { recursive: true });
  }
});
