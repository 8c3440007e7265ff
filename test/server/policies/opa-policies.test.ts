import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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

test('a compiled policy gets the plan, and its message is shown without its prints', async () => {
  const output = await checkOutput(opaSet('soft-mandatory', opaModule({ prints: true })), 'policy_override');
  expect(output).toContain('FAIL  deny (soft-mandatory)\n        something is deleted');
});

test('an endless advisory policy in a bundle of the compiler blocks no run', async () => {
  const bundle = packFiles({ '/policy.wasm': opaModule({ endless: true }), '/data.json': '{"a":1}' });
  const output = await checkOutput(opaSet('advisory', bundle), 'policy_checked');
  expect(output).toContain('could not be evaluated: it did not end within 5 seconds');
});

test('a file that is no compiled policy, and a set with policies of another kind, are refused', async () => {
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

/** A stand-in for `opa` that reports its environment and its allowed functions as failures. */
const TELLING = `#!/bin/sh
case "$1" in
  capabilities) echo '{"builtins":[{"name":"http.send"},{"name":"count"}],"features":[]}' ;;
  eval) printf '{"result":[{"expressions":[{"value":{"0":[["%s","%s"]]}}]}]}' \
    "$(env | cut -d= -f1 | sort | tr '\\n' ' ')" "$(tr -d '"' < functions.json)" ;;
esac
`;
const inRego = (rego: string, query = 'data.terraform.deny') => ({
  'policies.yaml': JSON.stringify({ policies: [{ name: 'deny', enforcement: 'soft-mandatory', query }] }),
  'rules/deny.rego': rego,
});

test('policies in Rego need an opa, which gets no environment and no network', async () => {
  const { organization } = await readyWorkspace(server);
  const setId = await createPolicySet(server, organization, null, { kind: 'opa' });
  const refused = await uploadPolicies(server, setId, inRego('package terraform'));
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining('RUNWRIGHT_OPA_COMMAND'),
  ]);
  const folder = await mkdtemp(path.join(tmpdir(), 'runwright-opa-'));
  const program = path.join(folder, 'opa');
  await writeFile(program, TELLING);
  await chmod(program, 0o755);
  try {
    server.platform.opaCommand = program;
    const output = await checkOutput(inRego('package terraform'), 'policy_override');
    // The shells in between may have added a variable.
    expect(output).toMatch(/^ {8}GOMAXPROCS GOMEMLIMIT HOME ((OLDPWD|PWD|SHLVL) )*TMPDIR( _)? ?$/m);
    expect(output).toContain('{builtins:[{name:count}],features:[],allow_net:[]}');
    await writeFile(program, '#!/bin/sh\necho "no such thing" >&2\nexit 3\n');
    const broken = await uploadPolicies(server, setId, inRego('package terraform'));
    expect([broken.status, await broken.text()]).toEqual([422, expect.stringContaining('no such thing')]);
  } finally {
    server.platform.opaCommand = null;
    await rm(folder, { recursive: true });
  }
});
