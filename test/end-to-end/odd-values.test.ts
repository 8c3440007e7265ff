import { parseExactJson, writeExactJson } from '@runwright/models';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { relatedId } from '@runwright/client';
import { applyLog, createRealWorkspace, until, upload } from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform')('unusual values', () => {
  let server: ServerProcess;
  beforeAll(async () => void (server = await startServerProcess()));
  afterAll(async () => await server.remove());

  /** Expressions, each with the JSON that terraform makes of it. */
  const VALUES: Record<string, [hcl: string, json: string]> = {
    nul: ['base64decode("AGE=")', String.raw`"\u0000a"`],
    id: ['9007199254740993', '9007199254740993'],
    eighteen: ['111111111111111111', '111111111111111111'],
    thirty: ['123456789012345678901234567890', '123456789012345678901234567890'],
    fraction: ['0.1234567890123456789', '0.1234567890123456789'],
    small: ['42', '42'],
    list: ['[1, 9007199254740993, "9007199254740993"]', '[1,9007199254740993,"9007199254740993"]'],
    deep: [`jsondecode("${'['.repeat(40)}${']'.repeat(40)}")`, '['.repeat(40) + ']'.repeat(40)],
    mark: [String.raw`"\ufeffhello"`, JSON.stringify('\ufeffhello')],
  };

  test('survive an apply unchanged, and the next plan has no changes', async () => {
    const { client } = server;
    const workspaceId = await createRealWorkspace(client);
    const outputs = Object.entries(VALUES).map(([name, [hcl]]) => `output "${name}" {\n  value = ${hcl}\n}`);
    const resource = `resource "terraform_data" "db" {
      for_each = { (base64decode("AGE=")) = 9007199254740993 }
      input    = each.value
    }`;
    await upload(client, workspaceId, { 'main.tf': [resource, ...outputs].join('\n') });
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: {} });
    expect((await until(client, id, 'settled')).attributes.status).toBe('planned');
    await client.runs.apply(id);
    const run = await until(client, id, 'final');
    expect([run.attributes.status, await applyLog(client, run)]).toEqual(['applied', expect.any(String)]);
    const read = await client.stateVersions.currentOutputs(workspaceId);
    expect(
      Object.fromEntries(read.map(({ attributes }) => [attributes.name, writeExactJson(attributes.value)])),
    ).toEqual(Object.fromEntries(Object.entries(VALUES).map(([name, [, json]]) => [name, json])));
    const again = await client.runs.create({ workspace_id: workspaceId, params: {} });
    expect((await until(client, again.id, 'settled')).attributes.status).toBe('planned_and_finished');
  });

  /** JSON as terraform reads it: numbers of any size and form, texts of any characters, and lists and maps of them. */
  const digits = (least: number, most: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},${most}}$`));
  const number = fc
    .tuple(
      fc.constantFrom('', '-'),
      digits(1, 40),
      digits(0, 30),
      fc.option(fc.integer({ min: -200, max: 200 })),
    )
    .map(([sign, whole, fraction, exponent]) => {
      const digitsOfWhole = whole.replace(/^0+(?=\d)/, '');
      return `${sign}${digitsOfWhole}${fraction && `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`;
    });
  const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => JSON.stringify(value));
  const { value: json } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      number,
      text,
      fc.constantFrom('true', 'null'),
      tie('list'),
      tie('map'),
    ),
    list: fc
      .array(tie('value') as fc.Arbitrary<string>, { maxLength: 4 })
      .map((parts) => `[${parts.join()}]`),
    map: fc
      .uniqueArray(fc.tuple(text, tie('value') as fc.Arbitrary<string>), {
        selector: ([key]) => key,
        maxLength: 4,
      })
      .map((entries) => `{${entries.map((entry) => entry.join(':')).join()}}`),
  })) as { value: fc.Arbitrary<string> };

  test('appear in plans and outputs exactly as plain terraform prints them, for random values', async () => {
    const { client } = server;
    const seed = Date.now() % 2 ** 31;
    const values = [
      ...fc.sample(number, { numRuns: 120, seed }),
      ...fc.sample(text, { numRuns: 60, seed }),
      ...fc.sample(json, { numRuns: 60, seed }),
    ];
    const files = {
      'values.json': `[${values.join()}]`,
      'main.tf': `locals {
  values = jsondecode(file("values.json"))
}
output "all" { value = local.values }
output "one" { value = local.values[0] }
resource "terraform_data" "it" { input = local.values }
`,
    };
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, files);
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: {} });
    const planned = await until(client, id, 'settled');
    expect([seed, planned.attributes.status]).toEqual([seed, 'planned']);
    const planId = relatedId(planned, 'plan') ?? '';
    const plans = await Promise.all(
      (['full', 'redacted'] as const).map(async (form) => {
        const { chunks } = await client.plans.openJson(planId, form);
        return parseExactJson(await textOf(chunks)) as PlanJson;
      }),
    );
    await client.runs.apply(id);
    expect((await until(client, id, 'final')).attributes.status).toBe('applied');
    const outputs = await client.stateVersions.currentOutputs(workspaceId);

    const plain = await plainTerraform(files);
    const planChanges = ({ output_changes: byName, resource_changes: [resource] }: PlanJson) => [
      ...['all', 'one'].map((name) => byName[name]?.after),
      resource?.change.after['input'],
    ];
    const wanted = writeExactJson(planChanges(plain.plan));
    for (const plan of plans) expect([seed, writeExactJson(planChanges(plan))]).toEqual([seed, wanted]);
    const byName = Object.fromEntries(outputs.map(({ attributes: { name, value } }) => [name, value]));
    const wantedOutputs = Object.entries(plain.outputs).map(([name, { value }]) => [name, value]);
    expect([seed, writeExactJson(byName)]).toEqual([seed, writeExactJson(Object.fromEntries(wantedOutputs))]);
  });

  interface PlanJson {
    output_changes: Record<string, { after: unknown }>;
    resource_changes: { change: { after: Record<string, unknown> } }[];
  }

  async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    return Buffer.concat(parts).toString('utf8');
  }

  async function plainTerraform(
    files: Record<string, string>,
  ): Promise<{ plan: PlanJson; outputs: Record<string, { value: unknown }> }> {
    const folder = await mkdtemp(path.join(tmpdir(), 'runwright-plain-'));
    const terraform = (...args: string[]) =>
      execFileSync('terraform', args, { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'] } });
    try {
      for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
      terraform('plan', '-out', 'plan');
      const plan = parseExactJson(terraform('show', '-json', 'plan')) as PlanJson;
      terraform('apply', 'plan');
      const outputs = parseExactJson(terraform('output', '-json')) as Record<string, { value: unknown }>;
      return { plan, outputs };
    } finally {
      await rm(folder, { recursive: true });
    }
  }
});
