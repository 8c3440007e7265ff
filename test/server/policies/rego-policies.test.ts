import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BOXES_PLAN, createPolicySet, uploadPolicies } from '../../support/policy-scenario.ts';
import { withEngine } from '../../support/programs.ts';
import { createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

/** A rule for every kind of result. */
const RULES = `package terraform

deny contains msg if {
  some r in input.plan.resource_changes
  "delete" in r.change.actions
  msg := sprintf("%s is deleted, of at most %d", [r.address, data.limits.deletes])
}

violation contains {"msg": msg, "of": r.address} if {
  some r in input.plan.resource_changes
  r.change.after.size == "large"
  msg := concat(" ", [r.address, "is large"])
}

allow if count(deny) == 0

default calm := false

calm if input.workspace.name != ""

changes[r.address] := "changes" if some r in input.plan.resource_changes

limit := data.limits.deletes

torn := 1

torn := 2 if input.run.id
`;
const ENDLESS = `
endless if {
  some i in numbers.range(1, 3000)
  some j in numbers.range(1, 3000)
  some k in numbers.range(1, 3000)
  i + j + k == 1
}
`;
const HUNGRY = `
hungry := count([x | some i in numbers.range(1, 9000000); x := sprintf("%d%d", [i, i])])
`;
/** For each rule its result and its message. */
const SAID: Record<string, [mark: string, words: string]> = {
  deny: ['FAIL', 'box_server.gone is deleted, of at most 1'],
  violation: ['FAIL', 'box_server.new is large'],
  allow: ['ERROR', 'is undefined for this plan'],
  calm: ['pass', ''],
  changes: ['FAIL', 'changes'],
  limit: ['ERROR', 'it must give true or false'],
  torn: ['ERROR', 'rules/deny.rego:'],
};

const { describe: maybe, binary } = withEngine('RUNWRIGHT_TEST_OPA');

maybe('policies in Rego, by a real opa', () => {
  let server: TestServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'runwright-rego-test-'));
    server = await startTestServer();
    server.platform.opaCommand = binary;
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.close();
  });

  const policies = (names: readonly string[], how: (name: string) => object, all: object = {}) =>
    JSON.stringify({
      ...all,
      policies: names.map((name) => ({ name, enforcement: 'advisory', ...how(name) })),
    });
  const asked = (name: string) => ({ query: `data.terraform.${name}` });
  const rego = (source: string, names: readonly string[], all: object = {}) => ({
    'policies.json': policies(names, asked, all),
    'rules/deny.rego': source,
    'data.json': '{"limits":{"deletes":1}}',
  });
  /** The output of `opa build -t wasm` for the rules. */
  const compiled = (source: string, entrypoints: readonly string[], ...flags: string[]): Buffer => {
    const bundle = mkdtempSync(path.join(folder, 'bundle-'));
    mkdirSync(path.join(bundle, 'rules'));
    writeFileSync(path.join(bundle, 'rules', 'deny.rego'), source);
    writeFileSync(path.join(bundle, 'data.json'), '{"limits":{"deletes":1}}');
    const at = entrypoints.flatMap((name) => ['-e', `terraform/${name}`]);
    const made = path.join(bundle, 'made.tar.gz');
    execFileSync(binary, ['build', ...flags, '-t', 'wasm', ...at, '-b', bundle, '-o', made], {
      stdio: 'pipe',
    });
    return readFileSync(made);
  };
  const upload = async (files: Record<string, string | Buffer>): Promise<string> => {
    const { organization } = await readyWorkspace(server);
    const setId = await createPolicySet(server, organization, null, { kind: 'opa' });
    const answer = await uploadPolicies(server, setId, files);
    return `${answer.status} ${await answer.text()}`;
  };
  const outputOf = async (files: Record<string, string | Buffer>): Promise<string> => {
    const { organization, workspaceId } = await readyWorkspace(server);
    await createPolicySet(server, organization, files, { kind: 'opa' });
    const runId = await createRun(server, workspaceId);
    await (await claimStepOf(server, runId))?.finishPlan({}, BOXES_PLAN);
    await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe('policy_checked');
    const checks = await server.call('GET', `/api/v2/runs/${runId}/policy-checks`);
    const [check] = checks.body.data as unknown as { id: string }[];
    return (await server.call('GET', `/api/v2/policy-checks/${check?.id}/output`)).text;
  };
  const expectSaid = (output: string): void => {
    for (const [name, [mark, words]] of Object.entries(SAID))
      expect(output).toMatch(new RegExp(`^  ${mark}  ${name} \\(advisory\\)(\n {8}.*)*${words}`, 'm'));
  };

  test('report the result of each rule separately', async () => {
    expectSaid(await outputOf(rego(RULES, Object.keys(SAID))));
  });

  test('may be compiled, with several rules in one module', async () => {
    const bundle = compiled(RULES, Object.keys(SAID));
    const at = (name: string) => ({ opa: 'rules.tar.gz', entrypoint: `terraform/${name}` });
    expectSaid(await outputOf({ 'policies.json': policies(Object.keys(SAID), at), 'rules.tar.gz': bundle }));
    const none = {
      'policies.json': policies(['a'], () => ({ opa: 'rules.tar.gz' })),
      'rules.tar.gz': bundle,
    };
    expect(await upload(none)).toMatch(/^422 .*several entrypoints.*terraform\/deny/);
  });

  test('may be written in the language before version 1', async () => {
    const old =
      'package terraform\ndeny[msg] { input.plan.resource_changes[_].change.actions[_] == "delete"; msg := "old" }\n';
    expect(await outputOf(rego(old, ['deny'], { rego_version: 0 }))).toMatch(/FAIL {2}deny .*\n {8}old/);
    const files = { 'policies.json': policies(['deny'], () => ({ opa: 'a.tar.gz' })) };
    const output = await outputOf({ ...files, 'a.tar.gz': compiled(old, ['deny'], '--v0-compatible') });
    expect(output).toMatch(/FAIL {2}deny .*\n {8}old/);
    expect(await upload(rego(old, ['deny']))).toMatch(/^422 .*rules\/deny\.rego, line 2, column \d+: /);
  });

  test('cannot reach anything outside, and are refused with the line that tries to', async () => {
    const tries = (body: string): string => `package terraform\n\ndeny contains x if x := ${body}\n`;
    const web = 'http.send({"method": "GET", "url": "http://127.0.0.1:1/"})';
    expect(await upload(rego(tries(web), ['deny']))).toMatch(
      /^422 .*rules\/deny\.rego, line 3, column \d+: undefined function http\.send/,
    );
    expect(await upload(rego(tries('opa.runtime().env'), ['deny']))).toMatch(
      /^422 .*undefined function opa\.runtime/,
    );
    const at = { 'policies.json': policies(['deny'], () => ({ opa: 'a.tar.gz' })) };
    const output = await outputOf({ ...at, 'a.tar.gz': compiled(tries(web), ['deny']) });
    expect(output).toContain('it calls http.send, which compiled policies do not have');
  });

  test.each([
    ['that has no end', 'endless', ENDLESS, /did not end within 5 seconds|opa_malloc: failed/],
    [
      'that needs too much memory',
      'hungry',
      HUNGRY,
      /more than 256 MB of memory|did not end within 5 seconds|opa_malloc: failed/,
    ],
  ])('%s ends at its limits, compiled or not', async (_which, name, rule, words) => {
    const source = `package terraform\n${rule}`;
    expect(await outputOf(rego(source, [name]))).toMatch(words);
    const at = { 'policies.json': policies([name], () => ({ opa: 'a.tar.gz' })) };
    expect(await outputOf({ ...at, 'a.tar.gz': compiled(source, [name]) })).toMatch(words);
  });
});
