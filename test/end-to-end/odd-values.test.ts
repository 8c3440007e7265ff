import { writeExactJson } from '@runwright/models';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { applyLog, createRealWorkspace, until, upload } from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform')('values that few systems hold', () => {
  let server: ServerProcess;
  beforeAll(async () => void (server = await startServerProcess()));
  afterAll(async () => await server.remove());

  /** Expressions, and the JSON that terraform makes of them. */
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

  test('come through an apply as terraform makes them, and the next plan has no changes', async () => {
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
});
