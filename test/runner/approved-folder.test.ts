import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testProvider, type TestProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import type { StepWish } from './agent-server.ts';
import { packFiles } from './configuration-archive.ts';
import { planAndApply, startHarness, type Harness } from './harness.ts';

const sandboxes = [
  { sandbox: 'required', describe: needs('terraform', 'provider', 'bwrap') },
  { sandbox: 'off', describe: needs('terraform', 'provider') },
] as const;

/** Prints a file during the apply. */
const read = (name: string, path: string, after: string) => `
resource "terraform_data" "${name}" {
  triggers_replace = [${after}]
  provisioner "local-exec" { command = "echo it says: $(cat ${path})" }
}
`;

for (const { sandbox, describe: describeWhereItWorks } of sandboxes) {
  describeWhereItWorks(`what a plan made in its folder, sandbox ${sandbox}`, () => {
    let harness: Harness;
    let provider: TestProvider;
    beforeAll(async () => {
      harness = await startHarness({ sandbox });
      provider = await testProvider();
    });
    afterAll(() => harness.close());

    it('is there at the apply, in folders, over an uploaded file and under odd names', async () => {
      const made: [name: string, path: string, quoted: string][] = [
        ['plain', 'made.txt', 'made.txt'],
        ['nested', 'deep/er/made.txt', 'deep/er/made.txt'],
        ['over', 'over.txt', 'over.txt'],
        ['odd', '@odd name.txt', "'@odd name.txt'"],
      ];
      const configuration = packFiles({
        ...provider.files(),
        'over.txt': 'as uploaded',
        ...Object.fromEntries(
          made.map(([name, path, quoted]) => [
            `${name}.tf`,
            `data "fixture_file" "${name}" {
  path    = ${JSON.stringify(path)}
  content = "${name} made by the plan"
}
${read(name, quoted, `data.fixture_file.${name}.path`)}`,
          ]),
        ),
      });
      const { plan, apply } = await planAndApply(harness, { configuration });
      expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: made.length } });
      for (const [name] of made) {
        expect(apply.log.toString()).toContain(`it says: ${name} made by the plan`);
      }
      expect(plan.artifacts.has('plan-folder')).toBe(true);
    });

    it('is there at the apply outside of the working directory too, and so are all modules', async () => {
      const configuration = packFiles({
        ...Object.fromEntries(Object.entries(provider.files()).map(([name, text]) => [`env/${name}`, text])),
        'env/main.tf': 'module "shared" { source = "../shared" }',
        'shared/main.tf': `terraform {
  required_providers { fixture = { source = "${provider.source}" } }
}
data "fixture_file" "made" {
  path    = "\${path.module}/made.txt"
  content = "beside"
}
${read('reader', '${path.module}/made.txt', 'data.fixture_file.made.path')}`,
      });
      const workspace = { workingDirectory: 'env' };
      const { apply } = await planAndApply(harness, { configuration, workspace });
      expect(apply.finish).toMatchObject({ outcome: 'succeeded' });
      expect(apply.log.toString()).toContain('it says: beside');
    });

    it('is refused at the apply when it is not the approved one', async () => {
      const configuration = packFiles({
        ...provider.files(),
        'main.tf':
          'data "fixture_file" "made" {\n  path = "made.txt"\n  content = "x"\n}\noutput "x" { value = 1 }',
      });
      const plan = await harness.execute({ phase: 'plan', configuration });
      const served = harness.server.enqueue({
        phase: 'apply',
        configuration,
        plan: plan.artifacts.get('plan-file'),
        folder: plan.artifacts.get('plan-folder'),
      });
      served.step.inputs.folder = { sha256: '0'.repeat(64), sizeBytes: 1 };
      expect(await served.finished).toMatchObject({
        outcome: 'errored',
        message: 'The folder is not the one this run was made with',
      });
      expect(served.states).toEqual([]);
    });

    it('is not stored for a run that can never be applied', async () => {
      const configuration = packFiles({
        ...provider.files(),
        'main.tf': 'data "fixture_file" "made" {\n  path = "made.txt"\n  content = "x"\n}',
      });
      const plan = await harness.execute({ phase: 'plan', configuration, run: { planOnly: true } });
      expect(plan.finish?.outcome).toBe('succeeded');
      expect(plan.artifacts.has('plan-folder')).toBe(false);
    });

    it('ends the plan when it is too large', async () => {
      const small = await startHarness({ sandbox, limits: { expandedBytes: 3_000_000 } });
      const content = 'x'.repeat(4_000);
      const configuration = packFiles({
        ...provider.files(),
        'main.tf': `data "fixture_file" "made" {
  path    = "made.txt"
  content = join("", [for i in range(1000) : "${content}"])
}`,
      });
      const plan = await small.execute({ phase: 'plan', configuration });
      expect(plan.finish).toMatchObject({
        outcome: 'errored',
        message: "The plan made more than 3000000 bytes of files in the configuration's folder",
      });
      await small.close();
    });

    it('from an upload without a configuration destroys nothing that a provider has made', async () => {
      const configuration = packFiles({
        ...provider.files(),
        'main.tf': 'resource "fixture_thing" "keep" { name = "k" }',
      });
      const { apply } = await planAndApply(harness, { configuration });
      const state = apply.states.at(-1);
      const inner = Object.fromEntries(
        Object.entries(provider.files()).map(([name, text]) => [`infra/${name}`, text]),
      );
      const uploads: Record<string, string>[] = [
        { ...inner, 'infra/main.tf': '' },
        { 'x.tf/y': '' },
        { 'main.tofu': '' },
        { '.main.tf': '' },
      ];
      for (const files of uploads) {
        const plan = await harness.execute({ phase: 'plan', configuration: packFiles(files), state });
        expect(plan.finish).toMatchObject({ outcome: 'errored', message: 'No configuration files' });
      }
      const gone = await planAndApply(harness, { configuration: packFiles(provider.files()), state });
      expect(gone.apply.finish).toMatchObject({ counts: { destructions: 1 } });
    });

    it('keeps an uploaded lock file unchanged', async () => {
      const first = await harness.execute({
        phase: 'plan',
        configuration: packFiles({
          ...provider.files(),
          'main.tf': 'resource "fixture_thing" "a" { name = "a" }',
        }),
      });
      const folder = first.artifacts.get('plan-folder') ?? Buffer.alloc(0);
      const unpacked = await mkdtemp(join(tmpdir(), 'runwright-planned-'));
      execFileSync('tar', ['xz', '-C', unpacked], { input: folder.subarray(folder.indexOf(0x0a) + 1) });
      const lock = execFileSync('cat', [join(unpacked, '.terraform.lock.hcl')]).toString();
      await rm(unpacked, { recursive: true });
      const configuration = packFiles({
        ...provider.files(),
        '.terraform.lock.hcl': `# Mine, with a comment.\n${lock}`,
        'main.tf': `resource "fixture_thing" "a" { name = filemd5(".terraform.lock.hcl") }
resource "terraform_data" "r" {
  provisioner "local-exec" { command = "head -1 .terraform.lock.hcl" }
}`,
      });
      const { plan, apply } = await planAndApply(harness, { configuration });
      expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 2 } });
      expect(apply.log.toString()).toContain('# Mine, with a comment.');
      expect(plan.artifacts.has('plan-folder')).toBe(false);
    });

    it('includes providers that are stored for no other run', () => {
      expect(readdirSync(join(harness.folder, 'providers', 'packages'))).toEqual([]);
    });
  });
}

/** A module whose source changes between plan and apply. */
needs('terraform')('a module from elsewhere', () => {
  let harness: Harness;
  let folder: string;
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: join(folder, 'module'),
      env: { PATH: process.env['PATH'], HOME: folder },
    });
  const commit = async (says: string) => {
    await writeFile(join(folder, 'module', 'run.sh'), `echo module says ${says}\n`);
    git('add', '-A');
    git('commit', '-qm', says);
  };
  beforeAll(async () => {
    harness = await startHarness({ sandbox: 'off' });
    folder = await mkdtemp(join(tmpdir(), 'runwright-module-'));
    await mkdir(join(folder, 'module'));
    await writeFile(
      join(folder, 'module', 'main.tf'),
      'resource "terraform_data" "a" {\n  provisioner "local-exec" { command = "sh ${path.module}/run.sh" }\n}\n',
    );
    git('init', '-q', '-b', 'main');
    await commit('good');
  });
  afterAll(async () => {
    await harness.close();
    await rm(folder, { recursive: true });
  });
  const main = () => ({ 'main.tf': `module "m" { source = "git::file://${folder}/module?ref=main" }` });

  it('is applied as it was when the plan was approved', async () => {
    const configuration = packFiles(main());
    const plan = await harness.execute({ phase: 'plan', configuration });
    await commit('evil');
    const [planFile, planned] = [plan.artifacts.get('plan-file'), plan.artifacts.get('plan-folder')];
    const apply = await harness.execute({ phase: 'apply', configuration, plan: planFile, folder: planned });
    expect(apply.finish).toMatchObject({ outcome: 'succeeded' });
    expect(apply.log.toString()).toContain('module says good');
    expect(apply.log.toString()).not.toContain('evil');
  });

  it('is applied even when its source is gone', async () => {
    const configuration = packFiles(main());
    const plan = await harness.execute({ phase: 'plan', configuration });
    await rm(join(folder, 'module', '.git'), { recursive: true });
    const [planFile, planned] = [plan.artifacts.get('plan-file'), plan.artifacts.get('plan-folder')];
    const apply = await harness.execute({ phase: 'apply', configuration, plan: planFile, folder: planned });
    expect(apply.finish).toMatchObject({ outcome: 'succeeded' });
    git('init', '-q', '-b', 'main');
    await commit('again');
  });

  it('is fetched by a git that ignores all settings of the workspace', async () => {
    const marker = join(folder, 'ran');
    await mkdir(join(folder, 'hooks'));
    await writeFile(join(folder, 'hooks', 'post-checkout'), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    await mkdir(join(folder, 'xdg', 'git'), { recursive: true });
    await writeFile(join(folder, 'xdg', 'git', 'config'), `[core]\n  hooksPath = ${folder}/hooks\n`);
    const settings = [
      { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: `${folder}/hooks` },
      { XDG_CONFIG_HOME: join(folder, 'xdg') },
      { GIT_CONFIG_PARAMETERS: `'core.hooksPath=${folder}/hooks'` },
      { GIT_CONFIG_GLOBAL: join(folder, 'xdg', 'git', 'config') },
      { GIT_TEMPLATE_DIR: folder },
    ];
    for (const each of settings) {
      const variables = Object.entries(each).map(([key, value]) => ({
        key,
        value,
        category: 'env' as const,
      }));
      const plan = await harness.execute({ phase: 'plan', configuration: packFiles(main()), variables });
      expect(plan.finish?.outcome).toBe('succeeded');
      expect(existsSync(marker)).toBe(false);
    }
    const variables = [{ key: 'GIT_SSL_NO_VERIFY', value: '1', category: 'env' as const }];
    const broken = packFiles({ 'main.tf': `module "m" { source = "git::file://${folder}/nowhere" }` });
    const plan = await harness.execute({ phase: 'plan', configuration: broken, variables });
    expect(plan.log.toString()).toContain('The init was made without GIT_SSL_NO_VERIFY');
  });

  it('is kept for later runs if its source names a commit, but not if it names a branch or a tag', async () => {
    const module = join(folder, 'module');
    const [hidden, shown] = [join(folder, 'away'), join(module, '.git')];
    await mkdir(join(module, 'nested'), { recursive: true });
    await writeFile(join(module, 'nested', 'main.tf'), 'module "beside" { source = "../beside" }');
    await mkdir(join(module, 'beside'), { recursive: true });
    await writeFile(join(module, 'beside', 'main.tf'), 'resource "terraform_data" "b" {}');
    await commit('nested');
    const sha = git('rev-parse', 'HEAD').toString().trim();
    git('tag', 'v1');
    git('update-ref', `refs/heads/${'f'.repeat(40)}`, 'HEAD');
    // With `depth=1`, git takes the commit's name for a branch.
    const disguised = `${'f'.repeat(40)}&depth=1`;
    const plan = async (ref: string, more: Partial<StepWish> = {}) => {
      const source = `git::file://${folder}/module//nested?ref=${ref}`;
      const configuration = packFiles({ 'main.tf': `module "m" {\n  source = "${source}"\n}\n` });
      const { finish } = await harness.execute({ phase: 'plan', configuration, ...more });
      return [
        finish?.outcome,
        finish?.modules?.[0]?.commit,
        finish?.modules?.[0]?.h1,
        finish?.counts?.additions,
      ];
    };
    const first = await plan(sha);
    expect(first).toEqual(['succeeded', sha, expect.any(String), 1]);
    for (const ref of ['v1', disguised]) expect(await plan(ref)).toEqual(first);
    await rename(shown, hidden);
    expect(await plan(sha)).toEqual(first);
    for (const ref of ['v1', disguised]) expect((await plan(ref))[0]).toBe('errored');
    for (const key of ['TF_TOKEN_example_com', 'HTTPS_PROXY', 'SSL_CERT_FILE']) {
      const variables = [{ key, value: 'another', category: 'env' as const }];
      expect([key, (await plan(sha, { variables }))[0]]).toEqual([key, 'errored']);
    }

    await rename(hidden, shown);
    await writeFile(join(module, 'beside', 'more.tf'), 'resource "terraform_data" "c" {}');
    await commit('moved');
    git('tag', '-f', 'v1');
    expect((await plan('v1'))[3]).toBe(2);
    expect(await plan(sha)).toEqual(first);

    // An init would take files that a configuration brings for fetched ones: they are not even unpacked.
    const moved = git('rev-parse', 'HEAD').toString().trim();
    const source = `git::file://${folder}/module//nested?ref=${moved}`;
    const configuration = packFiles({
      'main.tf': `module "m" {\n  source = "${source}"\n}\n`,
      '.terraform/modules/modules.json': JSON.stringify({
        Modules: [
          { Key: '', Source: '', Dir: '.' },
          { Key: 'm', Source: source, Dir: '.terraform/modules/m/nested' },
        ],
      }),
      '.terraform/modules/m/nested/main.tf': 'resource "terraform_data" "forged" {\n  count = 5\n}\n',
      '.terraform/modules/m/.git/HEAD': `${moved}\n`,
    });
    const { finish } = await harness.execute({ phase: 'plan', configuration });
    expect([finish?.counts?.additions, finish?.modules?.[0]?.commit]).toEqual([2, moved]);
  });

  it('keeps links that stay inside, and may have none that leads out', async () => {
    execFileSync('ln', ['-s', 'run.sh', join(folder, 'module', 'link.sh')]);
    execFileSync('ln', ['-s', 'link.sh', join(folder, 'module', 'link2.sh')]);
    execFileSync('ln', ['-s', 'nowhere', join(folder, 'module', 'dangling')]);
    await writeFile(
      join(folder, 'module', 'main.tf'),
      'resource "terraform_data" "a" {\n  provisioner "local-exec" { command = "sh ${path.module}/link2.sh; readlink ${path.module}/dangling" }\n}\n',
    );
    await commit('through a link');
    const { apply } = await planAndApply(harness, { configuration: packFiles(main()) });
    expect(apply.log.toString()).toContain('module says through a link');
    expect(apply.log.toString()).toContain('nowhere');

    const refused = {
      outcome: 'errored',
      message: 'The plan left a link that leads out of the configuration',
    };
    const plan = async (name: string, target: string) => {
      execFileSync('ln', ['-s', target, join(folder, 'module', name)]);
      await commit(name);
      const { finish } = await harness.execute({ phase: 'plan', configuration: packFiles(main()) });
      await rm(join(folder, 'module', name));
      return finish;
    };
    expect(await plan('out', '/etc/hostname')).toMatchObject(refused);
    // The text of the target stays inside; the link `a/up` in it leads out.
    await mkdir(join(folder, 'module', 'a'));
    execFileSync('ln', ['-s', '..', join(folder, 'module', 'a', 'up')]);
    expect(await plan('deep', 'a/up/../../../..')).toMatchObject(refused);
  });
});
