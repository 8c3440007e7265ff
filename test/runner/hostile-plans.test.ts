import { afterAll, beforeAll, expect, it } from 'vitest';
import { testProvider, type TestProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, until, type Harness } from './harness.ts';

/** A provider that runs a script on the folder of the configuration each time before it starts. */
function hostileFiles(provider: TestProvider, script: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(provider.files()).flatMap(([path, text]): [string, string][] => {
      if (!path.startsWith('terraform.d/')) return [[path, text]];
      const start = `#!/bin/sh\n( ${script} ) >/dev/null 2>&1\nexec "$(dirname "$0")/real" "$@"\n`;
      return [
        [path, start],
        [path.replace(/[^/]+$/, 'real'), text],
      ];
    }),
  );
}

const MAIN = 'resource "fixture_thing" "a" { name = "a" }\n';

needs(
  'terraform',
  'provider',
  'bwrap',
)('a program of the configuration', () => {
  let harness: Harness;
  let provider: TestProvider;
  beforeAll(async () => {
    harness = await startHarness({ sandbox: 'required' });
    provider = await testProvider();
  });
  afterAll(() => harness.close());

  it.each([
    ['a link to a file of the host', 'ln -s /etc/passwd out'],
    ['a link that leads up', 'mkdir -p a; ln -s ../../files a/up'],
    [
      'a link in a folder of modules',
      'mkdir -p .terraform/modules; ln -s /runwright/home .terraform/modules/m',
    ],
  ])('that leaves %s while planning ends the plan', async (_what, script) => {
    const configuration = packFiles({ ...hostileFiles(provider, script), 'main.tf': MAIN });
    const plan = await harness.execute({ phase: 'plan', configuration });
    expect(plan.finish).toMatchObject({
      outcome: 'errored',
      message: 'The plan left a link that leads out of the configuration',
    });
  });

  it.each([
    ['a pipe', 'mkfifo pipe .terraform/pipe'],
    ['a second name for a file', 'ln main.tf second; ln main.tf third'],
    ['a file that nobody may read', 'echo x > closed; chmod 000 closed'],
    [
      'a state of its own',
      `echo '{"version":4,"serial":99,"lineage":"mine","resources":[]}' > errored.tfstate`,
    ],
    [
      'a folder where a file was',
      'test -d README.md || { rm README.md; mkdir README.md; echo x > README.md/x; }',
    ],
    ['a link where a folder was', 'test -L folder || { mv folder moved; ln -s moved folder; }'],
  ])('that leaves %s has its plan applied in such a folder', async (what, script) => {
    const configuration = packFiles({
      ...hostileFiles(provider, what === 'a state of its own' ? `test -e applied || ${script}` : script),
      'main.tf': MAIN,
      'README.md': '# hello',
      'folder/x': 'x',
    });
    const { apply } = await planAndApply(harness, { configuration });
    expect(apply.finish).toMatchObject({ counts: { additions: 1 } });
    if (what !== 'a state of its own') expect(lastState(apply).resources).toHaveLength(1);
  });

  it.each([
    ['the list of modules', 'mkdir -p .terraform/modules; mkfifo .terraform/modules/modules.json'],
    ['what terraform knows of the backend', 'mkfifo .terraform/terraform.tfstate'],
    ['the plan file', 'mkfifo /runwright/files/run.tfplan /runwright/files/run-http.tfplan'],
    ['its variables', 'mkfifo /runwright/files/runwright.tfvars /runwright/files/ephemeral.tfvars'],
    ['the folder for schemas', 'mkfifo /runwright/providers /runwright/schemas'],
  ])('that puts a pipe in the place of %s blocks no other run', async (_what, script) => {
    const configuration = packFiles({ ...hostileFiles(provider, script), 'main.tf': MAIN });
    const plan = harness.server.enqueue({ phase: 'plan', configuration });
    expect((await plan.finished).outcome).toMatch(/^(succeeded|errored)$/);
    const honest = await harness.execute({ phase: 'plan', configuration: packFiles({ 'main.tf': '' }) });
    expect(honest.finish?.outcome).toBe('succeeded');
  });

  it('that makes terraform wait for a pipe is ended by a kill, and frees its slot', async () => {
    const script = 'rm -f .terraform.lock.hcl; mkfifo .terraform.lock.hcl';
    const configuration = packFiles({ ...hostileFiles(provider, script), 'main.tf': MAIN });
    const plan = harness.server.enqueue({ phase: 'plan', configuration });
    await until(() => plan.log.includes('Plan: 1 to add') || plan.finish !== undefined);
    plan.signal = 'kill';
    expect((await plan.finished).outcome).not.toBe('succeeded');
    const honest = await harness.execute({ phase: 'plan', configuration: packFiles({ 'main.tf': '' }) });
    expect(honest.finish?.outcome).toBe('succeeded');
  });

  it('cannot change the plan file that is applied', async () => {
    const script = [
      'ls /runwright-shown',
      'for f in /runwright-shown/*; do ( : > $f ) || echo not written; rm -f $f || echo not removed; done',
      'mv /runwright-shown /runwright/moved || echo not moved',
    ].join('; ');
    const configuration = packFiles({
      'main.tf': `resource "terraform_data" "a" {
  provisioner "local-exec" { command = ${JSON.stringify(script)} }
}`,
    });
    const { apply } = await planAndApply(harness, { configuration });
    const log = apply.log.toString();
    for (const word of ['run.tfplan', 'not written', 'not removed', 'not moved']) expect(log).toContain(word);
    expect(apply.finish?.outcome).toBe('succeeded');
  });
});
