import { afterAll, beforeAll, expect, test } from 'vitest';
import { packFiles } from '../../runner/configuration-archive.ts';
import { redactedPlan } from '../../support/checked-plan.ts';
import { opaModule } from '../../support/opa-module.ts';
import { celPolicies, createPolicySet, uploadPolicies } from '../../support/policy-scenario.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());

const PLAN = redactedPlan({ 'box_server.gone': { before: { size: 'small' }, after: null } });
const opaSet = (enforcement: string, module: Buffer) => ({
  'policies.json': JSON.stringify({
    policies: [{ name: 'deny', enforcement, opa: 'rules/deny.wasm', entrypoint: 'terraform/deny' }],
  }),
  'rules/deny.wasm': module,
});

async function checkOutput(files: Record<string, string | Buffer>, status: string): Promise<string> {
  const { organization, workspaceId } = await readyWorkspace(server);
  await createPolicySet(server, organization, files, { kind: 'opa' });
  const runId = await createRun(server, workspaceId);
  await (await claimStepOf(server, runId))?.finishPlan({}, PLAN);
  await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe(status);
  const checks = await server.call('GET', `/api/v2/runs/${runId}/policy-checks`);
  const [check] = checks.body.data as unknown as { id: string }[];
  return (await server.call('GET', `/api/v2/policy-checks/${check?.id}/output`)).text;
}

test('a compiled policy is given the plan, and what it says is told', async () => {
  const output = await checkOutput(opaSet('soft-mandatory', opaModule()), 'policy_override');
  expect(output).toContain('FAIL  deny (soft-mandatory)\n        something is deleted');
});

test('one without end that only advises, in the bundle of its compiler, holds no run up', async () => {
  const bundle = packFiles({ '/policy.wasm': opaModule({ endless: true }), '/data.json': '{"a":1}' });
  const output = await checkOutput(opaSet('advisory', bundle), 'policy_checked');
  expect(output).toContain('could not be evaluated: it did not end within 5 seconds');
});

test('what is no compiled policy, or has others beside it, is refused', async () => {
  const { organization } = await readyWorkspace(server);
  const setId = await createPolicySet(server, organization, null, { kind: 'opa' });
  const overridable = async (value: boolean) =>
    await server.call('PATCH', `/api/v2/policy-sets/${setId}`, {
      data: { attributes: { overridable: value } },
    });
  expect((await overridable(false)).body.data.attributes).toMatchObject({ overridable: false });
  expect((await overridable(true)).body.data.attributes).toMatchObject({ overridable: true });
  const refused = async (files: Record<string, string | Buffer>): Promise<string> => {
    const answer = await uploadPolicies(server, setId, files);
    return `${answer.status} ${await answer.text()}`;
  };
  const advising = (module: Buffer) => opaSet('advisory', module);
  expect(await refused(advising(Buffer.from('package terraform')))).toMatch(/^422 .*neither a WebAssembly/);
  expect(await refused(advising(opaModule().subarray(0, 200)))).toMatch(/^422 /);
  expect(await refused(advising(packFiles({ 'policy.rego': '' })))).toMatch(/^422 .*has no policy.wasm/);
  expect(await refused(celPolicies(['a', 'advisory', 'true']))).toMatch(
    /^422 .*all policies of this set are opa/,
  );
});
