/** Whole runs with a provider that is a separate program, as the providers of users are. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startCloud, type Cloud } from '../support/provider/cloud.ts';
import { testProvider, type TestProvider } from '../support/provider/test-provider.ts';
import { needs } from '../support/programs.ts';
import {
  applyLog,
  createRealWorkspace,
  planLog,
  resourcesInState,
  until,
  upload,
} from '../support/real-run.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

needs('terraform', 'provider')('a real server with a real provider', () => {
  let server: ServerProcess;
  let client: ServerProcess['client'];
  let provider: TestProvider;
  let cloud: Cloud;
  beforeAll(async () => {
    server = await startServerProcess();
    client = server.client;
    provider = await testProvider();
    cloud = await startCloud();
  });
  afterAll(async () => {
    await cloud.close();
    await server.remove();
  });

  /** Uploads, plans, confirms a plan that can be confirmed, and waits for the end. */
  async function runThrough(workspaceId: string, main: string, params = {}) {
    await upload(client, workspaceId, { ...provider.files({ url: cloud.url }), 'main.tf': main });
    const { id } = await client.runs.create({ workspace_id: workspaceId, params });
    const planned = await until(client, id, 'settled');
    if (planned.attributes.status !== 'planned') return planned;
    await client.runs.apply(id);
    return await until(client, id, 'final');
  }
  const thing = (body: string) => `resource "fixture_thing" "it" {\n  ${body}\n}\n`;

  test('makes, imports, corrects drift, replaces and destroys', async () => {
    const workspaceId = await createRealWorkspace(client);
    const made = await runThrough(workspaceId, thing('name = "one"\n value = "ours"\n secret = "hush-hush"'));
    expect([made.attributes.status, cloud.named('one')['value']]).toEqual(['applied', 'ours']);
    expect((await planLog(client, made)) + (await applyLog(client, made))).not.toContain('hush-hush');

    cloud.named('one')['value'] = 'theirs';
    const corrected = await runThrough(
      workspaceId,
      thing('name = "one"\n value = "ours"\n secret = "hush-hush"'),
    );
    expect([corrected.attributes.status, cloud.named('one')['value']]).toEqual(['applied', 'ours']);

    cloud.objects.set('wild-1', { name: 'wild', value: 'grown' });
    const imported = await runThrough(
      workspaceId,
      `${thing('name = "two"')}
      import {
        id = "wild-1"
        to = fixture_thing.wild
      }
      resource "fixture_thing" "wild" {
        name  = "wild"
        value = "grown"
      }`,
    );
    expect(imported.attributes.status).toBe('applied');
    const { score, reasons, rows } = (await client.riskSummaries.ofRun(imported.id)).attributes;
    expect([score, reasons.map(({ text }) => text)]).toEqual([
      15,
      ['1 resource is destroyed and made anew', '1 resource comes under management'],
    ]);
    expect(rows.map(({ address }) => address)).toEqual(['fixture_thing.it', 'fixture_thing.wild']);
    expect(await applyLog(client, imported)).toContain('1 imported, 1 added, 0 changed, 1 destroyed');
    expect(await resourcesInState(client, workspaceId)).toEqual(['it', 'wild']);

    const destroyed = await runThrough(workspaceId, '', { is_destroy: true });
    expect([destroyed.attributes.status, cloud.objects.size]).toEqual(['applied', 0]);
  });

  test('keeps a thing that fails after its creation in the state, as tainted', async () => {
    const workspaceId = await createRealWorkspace(client);
    const failed = await runThrough(workspaceId, thing('name = "half"\n fail_at = ["created"]'));
    expect(failed.attributes.status).toBe('errored');
    expect(await applyLog(client, failed)).toContain('The created failed');
    expect(cloud.named('half').id).toMatch(/^half-/);
    expect(await resourcesInState(client, workspaceId)).toEqual(['it (tainted)']);
  });
});
