import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { packFiles, makeTarGz } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, type Harness } from './harness.ts';
import { needs } from '../support/programs.ts';

const EVIL = '/tmp/runwright-evil';

needs('terraform')('a hostile configuration', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it.each([
    [
      'a way out',
      makeTarGz([{ path: `../../../../../../../..${EVIL}`, text: 'x' }]),
      'leaves the configuration',
    ],
    ['an absolute path', makeTarGz([{ path: EVIL, text: 'x' }]), 'is an absolute path'],
    [
      'a symbolic link',
      makeTarGz([{ path: 'l', type: '2', linkPath: '/tmp' }]),
      'which leads out of the configuration',
    ],
    ['rubbish', Buffer.from('no archive'), 'not compressed with gzip'],
    ['an archive in an archive', gzipSync(packFiles({ 'main.tf': '' })), 'compressed twice'],
    ['too much', gzipSync(Buffer.alloc(64 * 1024 ** 2)), 'expands more than'],
  ])('with %s ends as errored, and nothing is written elsewhere', async (_what, configuration, message) => {
    const plan = await harness.execute({ phase: 'plan', configuration });
    expect(plan.finish?.outcome).toBe('errored');
    expect(plan.log.toString()).toContain(message);
    expect(existsSync(EVIL)).toBe(false);
  });

  it.each(['../..', 'nowhere', 'main.tf'])(
    'with working directory %s ends as errored',
    async (workingDirectory) => {
      const configuration = packFiles({ 'main.tf': '' });
      const plan = await harness.execute({ phase: 'plan', configuration, workspace: { workingDirectory } });
      expect(plan.finish).toMatchObject({
        outcome: 'errored',
        message: 'The working directory cannot be used',
      });
    },
  );

  it('cannot make terraform use its own state, plan or .terraform', async () => {
    const configuration = packFiles({
      'main.tf': 'resource "terraform_data" "x" {}',
      '.terraform/terraform.tfstate': '{"version":3,"backend":{"type":"s3"}}',
      'terraform.tfstate.d/prod/terraform.tfstate': 'not a state',
    });
    const plan = await harness.execute({ phase: 'plan', configuration });
    expect(plan.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 1 } });
  });
});

needs('terraform', 'bwrap')('a file that an apply leaves in place of its state', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await startHarness({ sandbox: 'required' })));
  afterAll(() => harness.close());

  it.each([
    ['a link to the state of another workspace', 'ln -s HOST/other.tfstate errored.tfstate'],
    ['a pipe', 'mkfifo errored.tfstate'],
  ])('is not read when it is %s', async (_what, command) => {
    const other = {
      version: 4,
      serial: 99,
      lineage: 'l',
      outputs: { secret: { value: 'of another workspace' } },
    };
    await writeFile(join(harness.folder, 'other.tfstate'), JSON.stringify(other));
    const script = JSON.stringify(command.replace('HOST', harness.folder));
    const configuration = packFiles({
      'main.tf': `resource "terraform_data" "a" {
  provisioner "local-exec" { command = ${script} }
}`,
    });
    const { apply } = await planAndApply(harness, { configuration });
    expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 1 } });
    expect(lastState(apply).resources.map(({ name }) => name)).toEqual(['a']);
    expect(apply.states.join()).not.toContain('of another workspace');
  });
});

needs('terraform', 'bwrap')('what a run can see in the sandbox', () => {
  it('is its own environment and folder, and nothing of the runner, in its plan and in its apply', async () => {
    process.env['PLANTED_SECRET'] = 'planted-in-the-runner';
    const harness = await startHarness({ sandbox: 'required' });
    const script = [
      'cat /proc/*/environ | tr "\\0" "\\n"',
      'cat /proc/*/cmdline | tr "\\0" " "',
      'id -u; ls /root /home /var /etc 2>&1',
      `ls ${harness.workFolder} 2>&1; grep -i ^Cap /proc/self/status`,
    ].join('; ');
    // A plan has no provisioners, but functions that read files.
    const configuration = packFiles({
      'main.tf': `
resource "terraform_data" "look" {
  provisioner "local-exec" { command = ${JSON.stringify(script)} }
}
output "seen" {
  value = {
    processes = [for name in fileset("/proc", "*/{environ,cmdline}") : split("\\u0000", try(file("/proc/\${name}"), ""))]
    folders   = { for name in ["/root", "/home", "${harness.workFolder}"] : name => try(fileset(name, "*"), []) }
  }
}
`,
    });
    const variables = [{ key: 'MINE', value: 'of-the-run', category: 'env' as const }];
    const plan = await harness.execute({ phase: 'plan', configuration, variables });
    const wish = { phase: 'apply' as const, configuration, variables, plan: plan.artifacts.get('plan-file') };
    const apply = await harness.execute(wish);
    delete process.env['PLANTED_SECRET'];
    const log = apply.log.toString();
    expect(apply.finish?.outcome).toBe('succeeded');
    const planned = String(plan.artifacts.get('plan-json'));
    expect(planned).toContain('"/root":[]');
    expect(planned).toContain(`"${harness.workFolder}":[]`);
    expect(log).toContain("cannot access '/root'");
    expect(log).toContain(`cannot access '${harness.workFolder}'`);
    expect(log).toMatch(/CapEff:\\t0000000000000000/);
    for (const text of [planned, log]) {
      expect(text).toContain('MINE=of-the-run');
      expect(text).toContain('TFC_WORKSPACE_SLUG=acme/prod');
      for (const secret of ['planted-in-the-runner', 'agent-token-of-the-test', 'bwrap', 'shadow']) {
        expect(text).not.toContain(secret);
      }
    }
    await harness.close();
  });
});
