import { afterAll, beforeAll, expect, it } from 'vitest';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, type Harness } from './harness.ts';
import { needs } from '../support/programs.ts';

/** Lists the contents of the folder, from the configuration and from a program that it runs. */
const LOOK = `
resource "terraform_data" "seen" {
  input = fileset(path.module, "**")
}
resource "terraform_data" "found" {
  triggers_replace = [timestamp()]
  provisioner "local-exec" { command = "echo found: $(find . -mindepth 1 | sort | tr '\\n' ' ')" }
}
`;
const BACKENDS: [string, string][] = [
  ['no backend block', ''],
  [
    'a cloud block',
    'terraform {\n  cloud {\n    organization = "acme"\n    workspaces { name = "other" }\n  }\n}\n',
  ],
  [
    'a cloud block with tags',
    'terraform {\n  cloud {\n    workspaces {\n      tags = ["a", "b"]\n    }\n  }\n}\n',
  ],
  [
    'backend "s3"',
    'terraform {\n  backend "s3" {\n    bucket = "b"\n    key = "k"\n    region = "r"\n  }\n}\n',
  ],
  ['backend "remote"', 'terraform {\n  backend "remote" {\n    workspaces { prefix = "x-" }\n  }\n}\n'],
  [
    'backend "local" elsewhere',
    'terraform {\n  backend "local" {\n    path = "states/mine.tfstate"\n  }\n}\n',
  ],
  ['a block with comments inside', 'terraform {\n  /* the */ backend /* odd */ "http" { # one\n  }\n}\n'],
];

needs('terraform')('the folder of a run', () => {
  let harness: Harness;
  beforeAll(async () => void (harness = await startHarness()));
  afterAll(() => harness.close());

  it.each(BACKENDS)(
    'is the uploaded one, in plan, apply and the next plan, with %s',
    async (_what, backend) => {
      const files = {
        'main.tf': LOOK + backend,
        'a/b.txt': 'b',
        '.terraform.lock.hcl': '# mine\n',
        'x.tfstate': '',
      };
      const configuration = packFiles(files);
      const { plan, apply } = await planAndApply(harness, { configuration });
      expect(apply.finish).toMatchObject({ outcome: 'succeeded', counts: { additions: 2 } });
      const seen = lastState(apply).resources.find(({ name }) => name === 'seen')?.instances[0];
      const pointer = backend === '' ? [] : ['.terraform/terraform.tfstate'];
      const uploaded = ['.terraform.lock.hcl', 'a/b.txt', 'main.tf', 'x.tfstate'];
      expect(seen?.attributes['input']).toMatchObject({ value: [...pointer, ...uploaded].sort() });
      const listed = /\(local-exec\): found: ([^"\\]*)/.exec(apply.log.toString())?.[1]?.trim().split(' ');
      const folders = ['a', ...(backend === '' ? [] : ['.terraform'])];
      expect(listed?.sort()).toEqual([...folders, ...pointer, ...uploaded].map((path) => `./${path}`).sort());
      expect(plan.log.toString()).not.toContain('-state');
      expect(apply.log.toString()).not.toContain('-state');

      const again = await harness.execute({ phase: 'plan', configuration, state: apply.states.at(-1) });
      expect(again.log.toString()).not.toMatch(/terraform_data.seen: Plan to/);
    },
  );

  it('shows the name of the workspace to a configuration that asks for it', async () => {
    const configuration = packFiles({
      'main.tf':
        'output "root" { value = terraform.workspace }\nmodule "m" { source = "./m" }\noutput "m" { value = module.m.w }',
      'm/main.tf': 'output "w" { value = terraform . /* here */ workspace }',
      'm/unread.tf~': 'terraform.workspace',
    });
    const { apply } = await planAndApply(harness, { configuration });
    expect(lastState(apply).outputs).toMatchObject({ root: { value: 'prod' }, m: { value: 'prod' } });
  });

  it('keeps an uploaded state like any other file', async () => {
    const other = {
      version: 4,
      serial: 7,
      lineage: 'l',
      outputs: { a: { value: 'of a file', type: 'string' } },
      resources: [],
    };
    const configuration = packFiles({
      'main.tf': `data "terraform_remote_state" "o" {
  backend = "local"
  config = { path = "terraform.tfstate" }
}
output "a" { value = data.terraform_remote_state.o.outputs.a }`,
      'terraform.tfstate': JSON.stringify(other),
      'terraform.tfstate.d/prod/terraform.tfstate': 'not a state',
    });
    const { apply } = await planAndApply(harness, { configuration });
    expect(lastState(apply).outputs).toMatchObject({ a: { value: 'of a file' } });
    expect(lastState(apply).lineage).not.toBe('l');
  });

  it('prints what terraform prints, also as human-readable text', async () => {
    const configuration = packFiles({ 'main.tf': 'output "x" { value = 1 }' });
    const workspace = { structuredRunOutput: false };
    const { plan, apply } = await planAndApply(harness, { configuration, workspace });
    expect(plan.log.toString()).toContain('Changes to Outputs');
    expect(apply.log.toString()).toContain('Apply complete!');
    expect(plan.log.toString() + apply.log.toString()).not.toMatch(/Warning|-state/);
  });
});
