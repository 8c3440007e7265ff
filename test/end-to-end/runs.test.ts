import { relatedId } from '@runwright/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hardLink, link, makeTarGz } from '../runner/configuration-archive.ts';
import { needs } from '../support/programs.ts';
import {
  applyLog,
  applySays,
  createRealWorkspace,
  planLog,
  resourcesInState,
  until,
  upload,
  type Files,
} from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

const TWO_THINGS: Files = {
  'main.tf': `
    variable "names" {
      default = ["one", "two"]
    }
    resource "terraform_data" "thing" {
      for_each = toset(var.names)
      input    = each.key
    }
    resource "terraform_data" "other" {
      input = "unrelated"
    }
    output "names" { value = [for thing in terraform_data.thing : thing.output] }
    output "hidden" {
      value     = "do not show"
      sensitive = true
    }`,
};

// Whole runs are slow on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform')('a real server with real terraform', () => {
  let server: ServerProcess;
  let client: ServerProcess['client'];
  beforeAll(async () => {
    server = await startServerProcess({ RUNWRIGHT_FORCE_CANCEL_AFTER: '10' });
    client = server.client;
  });
  afterAll(async () => await server.remove());

  /** Runs to the end and confirms on the way. */
  async function runThrough(
    workspaceId: string,
    params: Parameters<typeof client.runs.create>[0]['params'] = {},
  ) {
    const { id } = await client.runs.create({ workspace_id: workspaceId, params });
    const planned = await until(client, id, 'settled');
    if (planned.attributes.status !== 'planned') return planned;
    await client.runs.apply(id);
    return await until(client, id, 'final');
  }

  test('plans, waits, applies, and keeps state and outputs', async () => {
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, TWO_THINGS);
    const run = await runThrough(workspaceId);
    expect(run.attributes.status).toBe('applied');
    expect(await planLog(client, run)).toMatch(
      /^Terraform v\d.*\non \w+\nInitializing plugins and modules\.\.\.\n\{/,
    );
    expect(await applyLog(client, run)).toContain('Apply complete! Resources: 3 added');
    expect(await resourcesInState(client, workspaceId)).toEqual(['other', 'thing[one]', 'thing[two]']);
    const outputs = await client.stateVersions.currentOutputs(workspaceId);
    expect(outputs.map(({ attributes: { name, value } }) => [name, value])).toEqual([
      ['hidden', null],
      ['names', ['one', 'two']],
    ]);
    const plan = await client.plans.read(relatedId(run, 'plan') ?? '');
    expect(plan.attributes).toMatchObject({
      status: 'finished',
      'resource-additions': 3,
      'resource-destructions': 0,
    });
    expect(await client.plans.jsonOutput(plan.id)).toMatchObject({
      planned_values: {},
      terraform_version: '1.11.4',
    });
  });

  test('every parameter takes effect', async () => {
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, TWO_THINGS);

    const targeted = await runThrough(workspaceId, { target_addrs: ['terraform_data.thing["one"]'] });
    expect(targeted.attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['thing[one]']);

    const empty = await runThrough(workspaceId, { target_addrs: ['terraform_data.thing["one"]'] });
    expect(empty.attributes.status).toBe('planned_and_finished');
    const allowed = await runThrough(workspaceId, {
      target_addrs: ['terraform_data.thing["one"]'],
      allow_empty_apply: true,
    });
    expect(allowed.attributes.status).toBe('applied');

    const withVariable = await runThrough(workspaceId, { variables: [{ key: 'names', value: '["three"]' }] });
    expect(withVariable.attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['other', 'thing[three]']);

    const planOnly = await runThrough(workspaceId, { plan_only: true, terraform_version: '1.11.4' });
    expect(planOnly.attributes).toMatchObject({ status: 'planned_and_finished', 'has-changes': true });

    const replaced = await runThrough(workspaceId, {
      replace_addrs: ['terraform_data.other'],
      variables: [{ key: 'names', value: '["three"]' }],
      refresh: false,
      auto_apply: true,
    });
    await until(client, replaced.id, 'applied');
    expect(await applyLog(client, replaced)).toContain('1 added, 0 changed, 1 destroyed');

    const refreshed = await runThrough(workspaceId, { refresh_only: true });
    expect(refreshed.attributes.status).toBe('planned_and_finished');

    const { id } = await client.runs.create({
      workspace_id: workspaceId,
      params: { save_plan: true, variables: [{ key: 'names', value: '["four"]' }], debugging_mode: true },
    });
    const saved = await until(client, id, 'settled');
    expect(saved.attributes.status).toBe('planned_and_saved');
    await client.runs.apply(id);
    await until(client, id, 'applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['other', 'thing[four]']);

    const destroyed = await runThrough(workspaceId, { is_destroy: true, message: 'take it all down' });
    expect(destroyed.attributes).toMatchObject({ status: 'applied', message: 'take it all down' });
    expect(await resourcesInState(client, workspaceId)).toEqual([]);
  });

  test('changes, applies again and destroys a configuration with modules and a backend of its own', async () => {
    const workspaceId = await createRealWorkspace(client);
    const files = (count: number): Files => ({
      'main.tf': `
        terraform {
          required_version = ">= 1.0"
          backend "s3" {
            bucket = "is-never-asked"
            key    = "state"
            region = "nowhere"
          }
        }
        module "thing" {
          source = "./modules/thing"
          count  = ${count}
        }
        output "workspace" { value = terraform.workspace }`,
      'modules/thing/main.tf': 'resource "terraform_data" "it" {}',
    });
    for (const count of [2, 3]) {
      await upload(client, workspaceId, files(count));
      const run = await runThrough(workspaceId);
      expect([run.attributes.status, await planLog(client, run)]).toEqual(['applied', expect.anything()]);
      expect(await resourcesInState(client, workspaceId)).toHaveLength(count);
    }
    const workspace = await client.workspaces.read(workspaceId);
    const [output] = await client.stateVersions.currentOutputs(workspaceId);
    expect(output?.attributes.value).toBe(workspace.attributes.name);
    expect((await runThrough(workspaceId, { is_destroy: true })).attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual([]);
  });

  test('errors a run whose terraform version does not exist, and names the version', async () => {
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, TWO_THINGS);
    const run = await runThrough(workspaceId, { plan_only: true, terraform_version: '1.0.99' });
    expect(run.attributes.status).toBe('errored');
    expect(await planLog(client, run)).toContain('1.0.99');
  });

  test('writes plain text for a workspace that wants it', async () => {
    const workspaceId = await createRealWorkspace(client);
    await client.workspaces.update(workspaceId, { 'structured-run-output-enabled': false });
    await upload(client, workspaceId, TWO_THINGS);
    const run = await runThrough(workspaceId);
    expect(run.attributes.status).toBe('applied');
    expect(await planLog(client, run)).toContain('Terraform will perform the following actions');
    expect(await applyLog(client, run)).toContain(
      'Apply complete! Resources: 3 added, 0 changed, 0 destroyed.',
    );
  });

  test('errors a run whose configuration does not parse, with the diagnostic in its log', async () => {
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, { 'main.tf': 'resource "terraform_data" {\n' });
    const run = await runThrough(workspaceId);
    expect(run.attributes.status).toBe('errored');
    expect(await planLog(client, run)).toMatch(/main\.tf/);
    await upload(client, workspaceId, TWO_THINGS);
    expect((await runThrough(workspaceId)).attributes.status).toBe('applied');
  });

  test('keeps the links of a configuration', async () => {
    const workspaceId = await createRealWorkspace(client);
    const version = await client.configurationVersions.create(workspaceId, { autoQueueRuns: false });
    const configuration = makeTarGz([
      { path: 'shared/versions.tf', text: 'terraform {\n  required_version = ">= 1.0"\n}' },
      link('versions.tf', 'shared/versions.tf'),
      { path: 'main.tf', text: 'module "one" { source = "./modules/one" }' },
      {
        path: 'real/one/one.tf',
        text: 'resource "terraform_data" "one" { input = file("${path.module}/text") }',
      },
      { path: 'text', text: 'read through links' },
      link('real/one/text', '../../text'),
      link('modules', 'real'),
      hardLink('copy.tf.txt', 'main.tf'),
      link('dangling', 'nowhere'),
    ]);
    await client.configurationVersions.upload(version, configuration);
    const run = await runThrough(workspaceId);
    expect(run.attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['one']);
  });

  test('refuses at the upload an archive that no runner accepts', async () => {
    const workspaceId = await createRealWorkspace(client);
    const version = await client.configurationVersions.create(workspaceId, { autoQueueRuns: false });
    const archive = makeTarGz([link('link.tf', '/etc/passwd')]);
    await expect(client.configurationVersions.upload(version, archive)).rejects.toThrow(
      '"link.tf" is a link to',
    );
  });

  test('keeps the finished resources of a canceled apply, and leaves nothing running', async () => {
    const workspaceId = await createRealWorkspace(client);
    await upload(client, workspaceId, {
      'main.tf': `
        resource "terraform_data" "quick" {}
        resource "terraform_data" "slow" {
          depends_on = [terraform_data.quick]
          provisioner "local-exec" { command = "sleep 300" }
        }`,
    });
    const { id } = await client.runs.create({ workspace_id: workspaceId, params: { auto_apply: true } });
    const run = await until(client, id, 'applying');
    await applySays(client, run, 'local-exec');
    await client.runs.cancel(id, { comment: 'took too long' });
    const ended = await until(client, id, 'final');
    expect(ended.attributes.status).toBe('canceled');
    expect(await resourcesInState(client, workspaceId)).toEqual(['quick', 'slow (tainted)']);
    await upload(client, workspaceId, { 'main.tf': 'resource "terraform_data" "quick" {}' });
    expect((await runThrough(workspaceId)).attributes.status).toBe('applied');
    expect(await resourcesInState(client, workspaceId)).toEqual(['quick']);
  });
});
