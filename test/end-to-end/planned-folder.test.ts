/** An apply on a real server starts from what its plan saw: the folder, the values, and also an empty folder. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testProvider, type TestProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import {
  applyLog,
  createRealWorkspace,
  planLog,
  resourcesInState,
  until,
  upload,
  type Files,
} from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform', 'provider')('a real server', () => {
  let server: ServerProcess;
  let client: ServerProcess['client'];
  let provider: TestProvider;
  beforeAll(async () => {
    server = await startServerProcess();
    client = server.client;
    provider = await testProvider();
  });
  afterAll(() => server.remove());

  async function runThrough(workspaceId: string, files: Files, params = {}) {
    await upload(client, workspaceId, files);
    const { id } = await client.runs.create({ workspace_id: workspaceId, params });
    const planned = await until(client, id, 'settled');
    if (planned.attributes.status !== 'planned') return planned;
    await client.runs.apply(id);
    return await until(client, id, 'final');
  }

  test('gives an apply the files that its plan made and the lock file that its plan wrote', async () => {
    const workspaceId = await createRealWorkspace(client);
    const run = await runThrough(workspaceId, {
      ...provider.files(),
      'main.tf': `data "fixture_file" "made" {
  path    = "made.txt"
  content = "made by the plan"
}
resource "terraform_data" "reader" {
  input = data.fixture_file.made.path
  provisioner "local-exec" { command = "cat made.txt .terraform.lock.hcl" }
}`,
    });
    expect(run.attributes.status).toBe('applied');
    const log = await applyLog(client, run);
    expect(log).toContain('made by the plan');
    expect(log).toContain(provider.source);
  });

  test('gives an apply the ephemeral values of its plan and stores them nowhere', async () => {
    const workspaceId = await createRealWorkspace(client);
    await client.variables.create(workspaceId, {
      ...{ key: 'token', value: 's3cr3t-of-workspace', category: 'terraform' as const, sensitive: true },
    });
    const main = `variable "token" {
  type      = string
  ephemeral = true
}
variable "plain" { type = string }
variable "unset" {
  type      = string
  ephemeral = true
  default   = null
}
resource "terraform_data" "a" {
  input = var.plain
  provisioner "local-exec" {
    command     = "test -n \\"$TOKEN\\""
    environment = { TOKEN = var.token }
  }
}`;
    const params = { variables: [{ key: 'plain', value: '"of the run"' }] };
    const run = await runThrough(
      workspaceId,
      { 'main.tf': main, 'x.auto.tfvars': 'plain = "of a file"' },
      params,
    );
    expect(run.attributes.status).toBe('applied');
    expect((await planLog(client, run)) + (await applyLog(client, run))).not.toContain('s3cr3t-of-workspace');
    const state = await client.stateVersions.download(await client.stateVersions.current(workspaceId));
    expect(Buffer.from(state).toString()).toContain('of the run');
    expect(Buffer.from(state).toString()).not.toContain('s3cr3t-of-workspace');
  });

  test('destroys nothing when an upload has no configuration, not even with auto-apply', async () => {
    const workspaceId = await createRealWorkspace(client);
    const files = { ...provider.files(), 'main.tf': 'resource "fixture_thing" "keep" { name = "keep" }' };
    expect((await runThrough(workspaceId, files)).attributes.status).toBe('applied');
    const deeper = Object.fromEntries(Object.entries(files).map(([name, text]) => [`infra/${name}`, text]));
    const run = await runThrough(workspaceId, deeper, { auto_apply: true });
    expect(run.attributes.status).toBe('errored');
    expect(await planLog(client, run)).toContain('would mark everything for destruction');
    expect(await resourcesInState(client, workspaceId)).toEqual(['keep']);
  });
});
