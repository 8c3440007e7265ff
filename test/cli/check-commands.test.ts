import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../../src/cli/testing/run-cli.ts';
import { redactedPlan } from '../support/checked-plan.ts';
import { createRun, readyWorkspace, statusOf } from '../support/scenario.ts';
import { claimStepOf } from '../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../support/server.ts';

const EXAMPLES = path.resolve(import.meta.dirname, '..', '..', 'examples');
const POLICIES = path.join(EXAMPLES, 'policies');

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const cli = async (...args: string[]) =>
  await runCli(args, { RUNWRIGHT_URL: server.url, RUNWRIGHT_TOKEN: ADMIN_TOKEN });

test('the example policies are uploaded, tried on past plans, and hold from then on', async () => {
  const { organization, workspaceId } = await readyWorkspace(server, { name: 'tried' });
  const plans = [
    redactedPlan({ 'aws_instance.old': { before: { tags: { owner: 'web' } }, after: null } }),
    redactedPlan({ 'aws_instance.new': { before: null, after: { tags: {} } } }),
  ];
  for (const plan of plans) {
    const runId = await createRun(server, workspaceId, { 'plan-only': true });
    await (await claimStepOf(server, runId))?.finishPlan({}, plan);
  }
  const tried = await cli('policy', 'test', POLICIES, `${organization}/tried`);
  expect(tried.stderr).toBe('');
  expect(tried.stdout).toMatch(/run-\w{16} {2}passed[^]*aws_instance\.new has no tag owner/);
  expect(tried.stdout).toMatch(/run-\w{16} {2}would end[^]*nothing-destroyed-by-accident \(hard-mandatory\)/);
  expect(tried.stdout).toContain('2 plans tried, 1 of them would have been blocked.');

  const folder = await mkdtemp(path.join(tmpdir(), 'runwright-endless-'));
  const hundred = `[${Array.from({ length: 100 }, (_, index) => index).join(',')}]`;
  const endless = [...'abcdefgh'].reduceRight((inner, name) => `${hundred}.all(${name}, ${inner})`, 'true');
  const policy = { name: 'endless', enforcement: 'hard-mandatory', cel: endless };
  await writeFile(path.join(folder, 'policies.json'), JSON.stringify({ policies: [policy] }));
  const late = await cli('policy', 'test', folder, `${organization}/tried`, '--timeout', '1', '--json');
  expect([late.exitCode, JSON.parse(late.stdout)]).toEqual([1, []]);
  expect(late.stderr).toMatch(/1 seconds were over after 0 plans/);
  const passing = await cli('policy', 'test', POLICIES, `${organization}/tried`, '--limit', '1', '--json');
  expect(JSON.parse(passing.stdout)).toMatchObject([{ consequence: 'passed', error: '' }]);
  expect(passing.stderr).toMatch(/^1: run-\w{16} {2}passed$/m);
  const inRego = { name: 'deny', enforcement: 'advisory', query: 'data.terraform.deny' };
  await writeFile(path.join(folder, 'policies.json'), JSON.stringify({ policies: [inRego] }));
  await writeFile(path.join(folder, 'deny.rego'), 'package terraform');
  const without = await cli('policy', 'test', folder, `${organization}/tried`);
  expect([without.exitCode, without.stderr]).toEqual([2, expect.stringContaining('--opa')]);
  await rm(folder, { recursive: true });

  const uploaded = await cli('policy', 'upload', `${organization}/production`, POLICIES, '--global');
  expect([uploaded.stderr, uploaded.exitCode]).toEqual(['', 0]);
  expect(uploaded.stdout).toContain('holds now, with 3 policies');
  const runId = await createRun(server, workspaceId);
  await (await claimStepOf(server, runId))?.finishPlan({}, plans[0]);
  await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('errored');

  const broken = await cli('policy', 'test', path.join(EXAMPLES, 'prices'), `${organization}/tried`);
  expect(broken.stderr).toContain('policies.yaml, line 1, column 1: the archive has no policies.yaml');
});

test('the sample of prices is uploaded, and uploaded again as its next version', async () => {
  const { organization } = await readyWorkspace(server);
  const file = path.join(EXAMPLES, 'prices', 'clouds-sample.yaml');
  const first = await cli('price-book', 'upload', organization, file);
  expect([first.stderr, first.exitCode]).toEqual(['', 0]);
  expect(first.stdout).toContain('clouds-sample  version 1  11 prices in USD of 2025-06-30');
  await cli('price-book', 'upload', organization, file);
  expect((await cli('price-book', 'list', organization)).stdout).toContain('clouds-sample  version 2');
});
