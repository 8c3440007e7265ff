import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { needs } from '../support/programs.ts';
import { applyLog, planLog, until, upload } from '../support/real-run.ts';
import { uniqueName } from '../support/scenario.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

// Whole runs are slow on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform')("a run's own token", () => {
  let server: ServerProcess;
  let client: ServerProcess['client'];
  let organization: string;
  beforeAll(async () => {
    server = await startServerProcess({ RUNWRIGHT_ALIASES: 'runs.internal:1234' });
    client = server.client;
    organization = uniqueName('org');
    await client.organizations.create({ name: organization, email: 'someone@example.com' });
  });
  afterAll(async () => await server.remove());

  async function run(workspaceId: string, configuration: string) {
    await upload(client, workspaceId, { 'main.tf': configuration });
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    return await until(client, id, 'final');
  }

  async function sourceWorkspace(attributes: object): Promise<string> {
    const name = uniqueName('source');
    const { id } = await client.workspaces.create(organization, { name, ...attributes });
    expect((await run(id, 'output "address" { value = "10.0.0.7" }')).attributes.status).toBe('applied');
    return name;
  }

  const reading = (workspace: string, hostname = new URL(server.url).host): string => `
    data "terraform_remote_state" "source" {
      backend = "remote"
      config = {
        hostname     = "${hostname}"
        organization = "${organization}"
        workspaces   = { name = "${workspace}" }
      }
    }
    resource "terraform_data" "copy" {
      input = data.terraform_remote_state.source.outputs.address
      # With gaps the log's masking does not know it.
      provisioner "local-exec" {
        command = "cat $TF_CLI_CONFIG_FILE; sed 's/./& /g' $TF_CLI_CONFIG_FILE"
      }
    }
    output "copied" { value = terraform_data.copy.output }`;

  const consumer = async (): Promise<string> =>
    (await client.workspaces.create(organization, { name: uniqueName('consumer') })).id;

  test('reads the outputs of a workspace that shares its state, is masked in logs, and ends with the run', async () => {
    const source = await sourceWorkspace({ 'global-remote-state': true });
    const workspaceId = await consumer();
    const ended = await run(workspaceId, reading(source));
    expect(await planLog(client, ended)).not.toContain('"@level":"error"');
    expect(ended.attributes.status).toBe('applied');
    const [copied] = await client.stateVersions.currentOutputs(workspaceId);
    expect(copied?.attributes).toMatchObject({ name: 'copied', value: '10.0.0.7' });

    const log = await applyLog(client, ended);
    const token = /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9]{66}/.exec(log.replaceAll(' ', ''))?.[0] ?? '';
    expect(token).toMatch(/^.{14}\.atlasv1\..{66}$/);
    expect(log).not.toContain(token);
    const { status } = await fetch(
      `${server.url}/api/v2/organizations/${organization}/workspaces/${source}`,
      {
        headers: { authorization: `Bearer ${token}` },
      },
    );
    expect(status).toBe(401);
  });

  test('reads them through another host name of the server', async () => {
    const source = await sourceWorkspace({ 'global-remote-state': true });
    const workspaceId = await consumer();
    const ended = await run(workspaceId, reading(source, 'runs.internal:1234'));
    expect([ended.attributes.status, await planLog(client, ended)]).toEqual(['applied', expect.anything()]);
    const [copied] = await client.stateVersions.currentOutputs(workspaceId);
    expect(copied?.attributes).toMatchObject({ value: '10.0.0.7' });
  });

  test('does not read the state of a workspace that does not share it', async () => {
    const source = await sourceWorkspace({ 'global-remote-state': false });
    const ended = await run(await consumer(), reading(source));
    expect(ended.attributes.status).toBe('errored');
    expect(await planLog(client, ended)).not.toContain('10.0.0.7');
  });
});
