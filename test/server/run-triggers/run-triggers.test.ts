import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { transact } from '../../../src/server/database/transact.ts';
import { queues, RETRY_LIMIT } from '../../../src/server/queue/work-queue.ts';
import { deliver, settleFailure } from '../../../src/server/triggered-runs/worker.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uploadConfiguration,
} from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
let source: string;
let target: string;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  organization = await createOrganization(server);
  source = await createWorkspace(server, organization);
  target = await createWorkspace(server, organization);
});

const trigger = async (workspaceId: string, sourceId: string): Promise<ApiAnswer> =>
  await server.call('POST', `/api/v2/workspaces/${workspaceId}/run-triggers`, {
    data: { relationships: { sourceable: { data: { id: sourceId, type: 'workspaces' } } } },
  });
const list = async (workspaceId: string, type: string, more = '') =>
  await server.call(
    'GET',
    `/api/v2/workspaces/${workspaceId}/run-triggers?filter[run-trigger][type]=${type}${more}`,
  );

describe('a run trigger', () => {
  test('is created, read, listed on both sides, and deleted', async () => {
    const created = await trigger(target, source);
    expect(created.status).toBe(201);
    const { id, relationships } = created.body.data;
    expect(relationships['workspace']?.data?.id).toBe(target);
    expect(relationships['sourceable']?.data?.id).toBe(source);
    const path = `/api/v2/run-triggers/${id}`;
    expect((await server.call('GET', path)).body).toEqual(created.body);
    const inbound = await list(target, 'inbound', '&include=workspace,sourceable');
    expect(inbound.body.data.map((each) => each.id)).toEqual([id]);
    expect(inbound.body.included?.map((each) => each.id).sort()).toEqual([source, target].sort());
    expect((await list(source, 'outbound')).body.data.map((each) => each.id)).toEqual([id]);
    expect((await list(source, 'inbound')).body.data).toEqual([]);
    expect((await list(source, 'outbound', '&include=sourceable')).status).toBe(400);
    expect((await list(source, 'sideways')).status).toBe(400);
    expect((await server.call('GET', `/api/v2/workspaces/${source}/run-triggers`)).status).toBe(400);
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('GET', path)).status).toBe(404);
  });

  test('is refused from the workspace itself, twice, in a circle, without a source or from elsewhere', async () => {
    const third = await createWorkspace(server, organization);
    const foreign = await createWorkspace(server, await createOrganization(server));
    expect((await trigger(source, source)).body.errors?.[0]?.detail).toMatch(/of itself/);
    expect((await trigger(target, source)).status).toBe(201);
    expect((await trigger(target, source)).body.errors?.[0]?.detail).toMatch(/already/);
    expect((await trigger(third, target)).status).toBe(201);
    expect((await trigger(source, third)).body.errors?.[0]?.detail).toMatch(/circle/);
    expect((await trigger(target, foreign)).status).toBe(404);
    const empty = await server.call('POST', `/api/v2/workspaces/${target}/run-triggers`, { data: {} });
    expect([empty.status, empty.body.errors?.[0]?.source?.pointer]).toEqual([
      422,
      '/data/relationships/sourceable',
    ]);
  });

  test('is refused after twenty of a workspace', async () => {
    for (let index = 0; index < 20; index++) {
      expect((await trigger(target, await createWorkspace(server, organization))).status).toBe(201);
    }
    expect((await trigger(target, source)).body.errors?.[0]?.detail).toMatch(/at most 20/);
  });
});

describe('an applied run', () => {
  async function apply(): Promise<string> {
    await uploadConfiguration(server, source);
    const runId = await createRun(server, source, { 'auto-apply': true });
    await (await mustClaim(server)).finishPlan();
    const step = await mustClaim(server);
    await step.sendState(1);
    await step.finish({ outcome: 'succeeded' });
    return runId;
  }

  const runsOf = async (workspaceId: string) =>
    (await server.call('GET', `/api/v2/workspaces/${workspaceId}/runs`)).body.data;

  /** Waits until the server itself has delivered what is queued. */
  async function triggeredRun(): Promise<Awaited<ReturnType<typeof runsOf>>[number]> {
    for (;;) {
      const [run] = await runsOf(target);
      if (run !== undefined) return run;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('queues one run in each workspace that it triggers, and the run names its cause', async () => {
    await uploadConfiguration(server, target);
    const name = (await server.call('GET', `/api/v2/workspaces/${source}`)).body.data.attributes['name'];
    await server.call('PATCH', `/api/v2/workspaces/${target}`, {
      data: { type: 'workspaces', attributes: { 'auto-apply': false, 'auto-apply-run-trigger': true } },
    });
    await trigger(target, source);
    const runId = await apply();
    const run = await triggeredRun();
    expect(run.attributes).toMatchObject({
      source: 'tfe-run-trigger',
      'trigger-reason': 'run_trigger',
      'triggering-source-name': name,
      'auto-apply': true,
      'plan-only': false,
      status: 'plan_queued',
    });
    expect(run.attributes['message']).toBe(`Triggered by run ${runId} of workspace ${String(name)}`);
    expect(run.relationships['triggering-run']?.data).toEqual({ id: runId, type: 'runs' });
    expect(run.relationships['triggering-source']?.data).toEqual({ id: source, type: 'workspaces' });

    const step = await mustClaim(server);
    await step.finish({ outcome: 'errored' });
    // The job is delivered once more, as after the death of the server that had it.
    const job = { id: '00000000-0000-0000-0000-000000000000', queueName: queues.runTriggers, retryCount: 0 };
    await deliver(server.platform, { ...job, data: { runId, workspaceId: target } });
    expect(await runsOf(target)).toHaveLength(1);
    const values = { workspace_id: target, triggering_run_id: runId };
    const again = server.platform.db
      .insertInto('run')
      .columns([
        'id',
        'organization_id',
        'workspace_id',
        'configuration_version_id',
        'message',
        'source',
        'plan_only',
        'save_plan',
        'is_destroy',
        'auto_apply',
        'refresh',
        'refresh_only',
        'allow_empty_apply',
        'allow_config_generation',
        'debugging_mode',
        'terraform_version',
        'triggering_run_id',
      ])
      .expression((sub) =>
        sub
          .selectFrom('run')
          .select((select) => [
            select.val('run-again').as('id'),
            'organization_id',
            'workspace_id',
            'configuration_version_id',
            'message',
            'source',
            'plan_only',
            'save_plan',
            'is_destroy',
            'auto_apply',
            'refresh',
            'refresh_only',
            'allow_empty_apply',
            'allow_config_generation',
            'debugging_mode',
            'terraform_version',
            'triggering_run_id',
          ])
          .where('workspace_id', '=', values.workspace_id)
          .where('triggering_run_id', '=', values.triggering_run_id),
      );
    await expect(again.execute()).rejects.toMatchObject({ code: '23505' });
  });

  test('stays applying until its triggered runs are queued', async () => {
    await uploadConfiguration(server, target);
    await trigger(target, source);
    await uploadConfiguration(server, source);
    const runId = await createRun(server, source, { 'auto-apply': true });
    await (await mustClaim(server)).finishPlan();
    const step = await mustClaim(server);
    await step.sendState(1);
    const { db } = server.platform;
    await sql`create function refuse_job() returns trigger language plpgsql as
      $$ begin raise exception 'the server dies here'; end $$`.execute(db);
    await sql`create trigger refuse_job before insert on pgboss.job for each row
      when (new.name = ${sql.lit(queues.runTriggers)}) execute function refuse_job()`.execute(db);
    const statusOf = async () =>
      (await server.call('GET', `/api/v2/runs/${runId}`)).body.data.attributes['status'];
    try {
      expect((await step.finish({ outcome: 'succeeded' })).status).toBe(500);
      server.answers.expectMismatch(/ 500/);
      expect(await statusOf()).toBe('applying');
    } finally {
      await sql`drop function refuse_job cascade`.execute(db);
    }
    // The runner reports the end again.
    await step.finish({ outcome: 'succeeded' });
    expect(await statusOf()).toBe('applied');
    expect((await triggeredRun()).relationships['triggering-run']?.data?.id).toBe(runId);
    await (await mustClaim(server)).finish({ outcome: 'errored' });
  });

  test('records that a run could not be queued, and tries it again later', async () => {
    await uploadConfiguration(server, target);
    await trigger(target, source);
    const { db, queue } = server.platform;
    await uploadConfiguration(server, source);
    const runId = await createRun(server, source, { 'plan-only': true });
    await (await mustClaim(server)).finishPlan();
    const data = { runId, workspaceId: target };
    // This fails after many tries only, so that the server's own worker leaves the jobs alone.
    const job = { id: '00000000-0000-0000-0000-000000000000', queueName: queues.runTriggers, retryCount: 5 };
    const failing = { ...server.platform, queue: { ...queue, fail: () => Promise.resolve(true) } };
    await settleFailure(failing, { ...job, retryCount: 4, data }, new Error('not yet'));
    await settleFailure(failing, { ...job, data }, new Error('the database says no'));
    await settleFailure(failing, { ...job, data: { ...data, round: 4 } }, new Error('the database says no'));
    const events = await server.call('GET', `/api/v2/runs/${runId}/run-events`);
    const told = events.body.data.filter(({ attributes }) => attributes['action'] === 'run_trigger_failed');
    const descriptions = told.map(({ attributes }) => String(attributes['description'])).sort();
    expect(descriptions).toEqual([
      expect.stringContaining('It is not tried again'),
      expect.stringContaining('It is tried again at 2'),
    ]);
    expect(descriptions.join()).not.toContain('database');
    const { rows } = await sql<{ data: object; state: string; later: boolean }>`
      select data, state::text, start_after > now() as later from pgboss.job
      where name = ${queues.runTriggers} and data->>'runId' = ${runId}`.execute(db);
    expect(rows).toEqual([{ data: { ...data, round: 1 }, state: 'created', later: true }]);
  });

  test('can queue a job again once the queue has given it up', async () => {
    const { db, queue } = server.platform;
    const options = { priority: 0, singletonKey: 'given up' };
    await transact(db, async (tx) => {
      const id = await queue.enqueue(tx, queues.runTriggers, {}, options);
      const job = (await queue.fetch(queues.runTriggers, tx)) ?? expect.fail('no job');
      expect(job.id).toBe(id);
      await sql`update pgboss.job set retry_count = retry_limit where id = ${job.id}`.execute(tx);
      expect(await queue.enqueue(tx, queues.runTriggers, {}, options)).toBeNull();
      expect(await queue.fail(tx, { ...job, retryCount: RETRY_LIMIT }, 'no')).toBe(true);
      const notBefore = new Date(Date.now() + 3_600_000);
      expect(await queue.enqueue(tx, queues.runTriggers, {}, { ...options, notBefore })).not.toBeNull();
    });
  });

  test('queues no run without a configuration, and none after its trigger is gone', async () => {
    await trigger(target, source);
    const runId = await apply();
    await server.platform.db.deleteFrom('run_trigger').where('workspace_id', '=', target).execute();
    await uploadConfiguration(server, target);
    const job = { id: '00000000-0000-0000-0000-000000000000', queueName: queues.runTriggers, retryCount: 0 };
    await deliver(server.platform, { ...job, data: { runId, workspaceId: target } });
    expect(await runsOf(target)).toEqual([]);
  });
});
