import { afterAll, beforeAll, expect, it } from 'vitest';
import { needs } from '../support/programs.ts';
import { packFiles } from './configuration-archive.ts';
import { lastState, planAndApply, startHarness, type Harness } from './harness.ts';

const FORMS = `
variable "p" {}
variable "n" { type = number }
variable "key" {}
variable "short" {}
resource "terraform_data" "a" { input = { p = var.p, n = var.n } }
output "url" { value = "amqp://u:\${urlencode(terraform_data.a.input.p)}@mq" }
output "auth" { value = base64encode("u:\${var.p}") }
output "json" { value = jsonencode({ x = jsonencode({ p = var.p }) }) }
output "quoted" { value = format("%q", var.p) }
output "yaml" { value = yamlencode({ a = "words before \${var.p} and other words so that the line folds", k = var.key }) }
output "key" { value = var.key }
output "n" { value = { n = var.n } }
output "utf16" { value = textencodebase64(var.p, "UTF-16LE") }
`;
/** A configuration that fails with a secret in an error's summary and detail. */
const FAILING = `${FORMS}
resource "terraform_data" "fails" {
  lifecycle {
    precondition {
      condition     = var.p == ""
      error_message = "It is not empty, as it should be, but \${var.p} which is longer than a line."
    }
  }
}
data "terraform_remote_state" "none" { backend = "none-\${var.p}" }
`;
const VARIABLES = [
  { key: 'p', value: 'Winter! 1987 "(x)" <&>', sensitive: true },
  { key: 'n', value: '12345678', form: 'auto' as const, sensitive: true },
  { key: 'key', value: 'first line\nab\nlast line\n', sensitive: true },
  { key: 'short', value: 'abc', sensitive: true },
];
/** Parts of the secrets in each of their forms. */
const PARTS = [
  'Winter',
  '1987',
  'V2ludG',
  'dTpXa',
  'pbnRlc',
  'VwBpAG',
  '12345678',
  'first line',
  'last line',
];

needs('terraform')('the secrets of a run', () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness();
  });
  afterAll(() => harness.close());

  it.each([true, false])(
    'are hidden in every form, in all output of plan and apply (structured: %s)',
    async (json) => {
      const wish = { configuration: packFiles({ 'main.tf': FORMS }), variables: VARIABLES };
      const structured = { workspace: { structuredRunOutput: json } };
      const { plan, apply } = await planAndApply(harness, { ...wish, ...structured });
      const again = await harness.execute({
        ...{ ...wish, ...structured, phase: 'plan', state: apply.states.at(-1) },
        run: { replaceAddrs: ['terraform_data.a'] },
      });
      expect(lastState(apply).outputs).toMatchObject({ n: { value: { n: 12345678 } } });
      const told = [plan, apply, again].flatMap(({ log, artifacts }) => [
        log,
        artifacts.get('redacted-plan'),
      ]);
      for (const part of PARTS) expect(told.join('\n')).not.toContain(part);
      expect(plan.log.toString()).toMatch(/Too short or too common to be hidden: \\?"short\\?"/);
      expect(plan.log.toString()).not.toContain('abc');
      if (!json) return;
      const lines = plan.log.toString().split('\n').slice(3, -1);
      expect(lines.map((line) => typeof JSON.parse(line))).toEqual(lines.map(() => 'object'));
    },
  );

  it('are hidden in the message of a run that failed', async () => {
    const configuration = packFiles({ 'main.tf': FAILING });
    const plan = await harness.execute({ phase: 'plan', configuration, variables: VARIABLES });
    expect(plan.finish).toMatchObject({ outcome: 'errored', message: expect.any(String) as string });
    for (const part of PARTS) expect(`${String(plan.log)}${plan.finish?.message}`).not.toContain(part);
  });

  it("do not mask the protocol's own words when they equal such words", async () => {
    const words = ['planned', 'create', 'terraform_data', 'change_summary', '@message', 'version'];
    const variables = words.map((value, index) => ({ key: `w${index}`, value, sensitive: true }));
    const configuration = packFiles({ 'main.tf': 'resource "terraform_data" "a" {}\n' });
    const plan = await harness.execute({ phase: 'plan', configuration, variables });
    const lines = plan.log.toString().split('\n').slice(3, -1);
    const types = lines.map((line) => (JSON.parse(line) as { type: string; '@message': string }).type);
    expect(types).toEqual(expect.arrayContaining(['version', 'planned_change', 'change_summary']));
    expect(plan.log.toString()).toContain('"action":"create"');
    expect(plan.log.toString()).not.toContain('Plan to create');
  });
});

needs('terraform')('flags from variables', () => {
  it('can limit terraform to one resource at a time', async () => {
    const harness = await startHarness();
    const configuration = packFiles({
      'main.tf': `resource "terraform_data" "a" {
        count = 3
        provisioner "local-exec" { command = "sleep 0.3" }
      }`,
    });
    const variables = [{ key: 'TFE_PARALLELISM', value: '1', category: 'env' as const }];
    const { apply } = await planAndApply(harness, { configuration, variables });
    await harness.close();
    const hooks = apply.log.toString().match(/"type":"apply_(start|complete)"/g);
    expect(hooks).toEqual(
      Array.from({ length: 3 }, () => ['"type":"apply_start"', '"type":"apply_complete"']).flat(),
    );
  });
});
