import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOrganization, createRun, readyWorkspace, statusOf } from '../../support/scenario.ts';
import { claimStepOf } from '../../support/scripted-runner.ts';
import { ADMIN_TOKEN, startTestServer, type TestServer } from '../../support/server.ts';
import { attachTask, stagesOf, type TaskOptions } from '../../support/task-scenario.ts';
import { callBack, startTaskService, type Asked, type TaskService } from '../../support/task-service.ts';

let server: TestServer;
let service: TaskService;
beforeAll(async () => {
  service = await startTaskService();
  server = await startTestServer({ RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1' });
});
afterAll(async () => {
  await server.close();
  service.close();
});

let count = 0;
/** A run that asks its service before the plan, at its own path. */
async function askingRun(options: TaskOptions & { path?: string } = {}) {
  const { path = `/${(count += 1)}`, ...rest } = options;
  const ready = await readyWorkspace(server);
  const attributes = { enabled: true, ...rest.attributes };
  const ids = await attachTask(server, ready, service.url, { stages: ['pre_plan'], ...rest, attributes });
  // The address changes after the verification.
  await server.platform.db
    .updateTable('run_task')
    .set({ url: path.startsWith('/') ? service.url + path : path })
    .where('id', '=', ids.taskId)
    .execute();
  return { ...ids, path, runId: await createRun(server, ready.workspaceId) };
}
const resultOf = async (runId: string) => (await stagesOf(server, runId))[0]?.results[0]?.attributes;
const untilStatus = async (runId: string, status: string): Promise<void> =>
  await expect.poll(() => statusOf(server, runId), { timeout: 30_000 }).toBe(status);
const age = async (runId: string, minutes: number): Promise<void> => {
  await server.platform.db
    .updateTable('task_result')
    .set({ asked_at: new Date(Date.now() - minutes * 60_000) })
    .where('task_stage_id', 'in', (sub) =>
      sub.selectFrom('task_stage').select('id').where('run_id', '=', runId),
    )
    .execute();
  server.platform.wakeUps.wake('task-calls');
};

describe('a service that', () => {
  test('is down is asked again with the same token, and may answer then', async () => {
    const path = '/down-at-first';
    let asked = 0;
    service.behave(path, (_request, response) => {
      asked += 1;
      response.writeHead(asked < 3 ? 503 : 200).end();
    });
    const { runId } = await askingRun({ path });
    await expect.poll(() => asked, { timeout: 30_000 }).toBe(3);
    const requests = service.asked.filter((request) => request.path === path);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    await callBack(await service.requestFor(runId, 'pre_plan', path), { status: 'passed' });
    await untilStatus(runId, 'plan_queued');
  });

  test.each([
    ['answers that it knows nothing of this', 404, 'it answered 404'],
    ['redirects to this machine', 302, 'redirects are not followed'],
    ['asks for another token', 401, 'it answered 401'],
  ])('%s is not asked again', async (_what, status, words) => {
    const path = `/answers-${status}`;
    service.behave(path, (_request, response) =>
      response.writeHead(status, { location: `${server.url}/` }).end(),
    );
    const { runId } = await askingRun({ path });
    await untilStatus(runId, 'errored');
    expect(await resultOf(runId)).toMatchObject({
      status: 'errored',
      message: expect.stringContaining(words),
    });
    expect(service.asked.filter((request) => request.path === path)).toHaveLength(1);
  });

  test('has moved to a private address is not called there', async () => {
    const { runId } = await askingRun({ path: 'http://169.254.169.254/latest' });
    await untilStatus(runId, 'errored');
    expect(await resultOf(runId)).toMatchObject({ message: expect.stringContaining('not a public address') });
  });

  test('answers garbage with 200 has only accepted the request', async () => {
    const path = '/rubbish';
    service.behave(path, (_request, response) => response.end('<html>\0'.repeat(100_000)));
    const { runId } = await askingRun({ path });
    await callBack(await service.requestFor(runId, 'pre_plan', path), { status: 'passed' });
    await untilStatus(runId, 'plan_queued');
  });

  test('breaks off in the middle of its answer is asked again', async () => {
    const path = '/breaks-off';
    service.behave(
      path,
      (_request, response) =>
        void response.writeHead(200, { 'content-length': '9' }).end('x', () => response.destroy()),
    );
    const { runId } = await askingRun({ path });
    await expect
      .poll(() => service.asked.filter((request) => request.path === path).length, { timeout: 30_000 })
      .toBeGreaterThan(1);
    expect(await resultOf(runId)).toMatchObject({ status: 'running' });
    expect(await statusOf(server, runId)).toBe('pre_plan_running');
  });

  test('has been deleted makes the run errored that was to ask it', async () => {
    const ready = await readyWorkspace(server);
    const { taskId } = await attachTask(server, ready, service.url);
    const runId = await createRun(server, ready.workspaceId);
    await server.call('DELETE', `/api/v2/tasks/${taskId}`);
    await (await claimStepOf(server, runId))?.finishPlan();
    await untilStatus(runId, 'errored');
    expect(await resultOf(runId)).toMatchObject({ 'task-id': null, status: 'errored' });
  });

  test('is silent for ten minutes has failed, and the wait reason says since when', async () => {
    const { runId, path } = await askingRun();
    const asked = await service.requestFor(runId, 'pre_plan', path);
    await age(runId, 9);
    const reasons = await server.call('GET', `/api/v2/runs/${runId}/wait-reasons`);
    expect(reasons.body.data).toMatchObject([
      {
        attributes: {
          kind: 'task-services',
          message: expect.stringContaining('has been silent since'),
          'needs-person': false,
          since: expect.any(String),
          until: expect.any(String),
        },
      },
    ]);
    await age(runId, 11);
    await untilStatus(runId, 'errored');
    expect(await resultOf(runId)).toMatchObject({ message: 'The service did not answer within 10 minutes.' });
    expect((await callBack(asked, { status: 'passed' })).status).toBe(401);
  });

  test('reports that it runs gets an hour', async () => {
    const { runId, path } = await askingRun({ level: 'advisory' });
    const asked = await service.requestFor(runId, 'pre_plan', path);
    expect((await callBack(asked, { status: 'running' })).status).toBe(200);
    await age(runId, 59);
    expect((await callBack(asked, { status: 'running', message: 'nearly' })).status).toBe(200);
    await age(runId, 61);
    await untilStatus(runId, 'plan_queued');
    expect(await resultOf(runId)).toMatchObject({
      status: 'errored',
      message: expect.stringContaining('60 minutes'),
    });
  });
});

describe('a callback', () => {
  test('with another token, for another result, or after the end is refused', async () => {
    const [one, other] = [await askingRun(), await askingRun()];
    const asked = await service.requestFor(one.runId, 'pre_plan', one.path);
    const foreign = await service.requestFor(other.runId, 'pre_plan', other.path);
    const passed = { status: 'passed' };
    const token = foreign.payload.access_token;
    expect((await callBack(asked, passed, { token })).status).toBe(401);
    expect((await callBack(asked, passed, { token: ADMIN_TOKEN })).status).toBe(401);
    expect((await callBack(asked, passed, { token: `${asked.payload.access_token}x` })).status).toBe(401);
    expect((await callBack(asked, passed, { token: 'test-token' })).status).toBe(401);
    const nowhere = asked.payload.task_result_callback_url.replace(/taskrs-\w+/, 'taskrs-AAAAAAAAAAAAAAAA');
    expect((await callBack(asked, passed, { url: nowhere })).status).toBe(401);
    expect(await statusOf(server, one.runId)).toBe('pre_plan_running');
    const answers = await Promise.all([callBack(asked, passed), callBack(asked, { status: 'failed' })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    expect((await callBack(asked, passed)).status).toBe(401);
    await server.call('POST', `/api/v2/runs/${other.runId}/actions/cancel`);
    expect((await callBack(foreign, passed)).status).toBe(401);
    expect(await statusOf(server, other.runId)).toBe('canceled');
  });

  describe('that is not one', () => {
    let asked: Asked;
    let runId: string;
    beforeAll(async () => {
      const asking = await askingRun();
      runId = asking.runId;
      asked = await service.requestFor(runId, 'pre_plan', asking.path);
    });
    const finding = { 'outcome-id': 'a', description: 'b' };

    test.each([
      ['no status', {}, {}, 'status'],
      ['a status of its own', { status: 'errored' }, {}, 'status'],
      ['a message that is none', { message: 7 }, {}, 'message'],
      ['a message without end', { message: 'x'.repeat(4_001) }, {}, 'message'],
      ['an address that a browser runs', { url: 'javascript:alert(1)' }, {}, 'url'],
      ['outcomes that are none', {}, { outcomes: [[]] }, 'outcomes'],
      ['outcomes without a name', {}, { outcomes: [{ attributes: { description: 'x' } }] }, 'outcome-id'],
      [
        'too many outcomes',
        {},
        { outcomes: Array.from({ length: 101 }, () => ({ attributes: finding })) },
        'outcomes',
      ],
      ['tags that are none', {}, { outcomes: [{ attributes: { ...finding, tags: { x: 'y' } } }] }, 'tags'],
      [
        'outcomes of another type',
        {},
        { outcomes: [{ type: 'runs', attributes: finding }] },
        'outcomes/data/0/type',
      ],
      ['a NUL', { message: 'a\0b' }, {}, 'message'],
    ])('with %s changes nothing', async (what, attributes, rest, place) => {
      const status = what === 'no status' ? {} : { status: 'passed' };
      const answer = await callBack(asked, { ...status, ...attributes }, rest);
      expect(answer.status).toBe(422);
      const { errors } = (await answer.json()) as { errors: { source: { pointer: string } }[] };
      expect(errors[0]?.source.pointer).toContain(place);
      expect(await resultOf(runId)).toMatchObject({ status: 'running', message: '' });
    });

    test.each(['task-result', 'runs', 7, ['task-results'], {}])(
      'with the type %j changes nothing',
      async (type) => {
        const answer = await callBack(asked, { status: 'passed' }, { type });
        const { errors } = (await answer.json()) as { errors: unknown[] };
        expect(errors).toMatchObject([{ status: '409', source: { pointer: '/data/type' } }]);
        expect(await resultOf(runId)).toMatchObject({ status: 'running', message: '' });
      },
    );

    test('leaves the token good for the right one', async () => {
      expect((await callBack(asked, { status: 'passed' }, { type: undefined })).status).toBe(200);
    });
  });
});

describe('a run task is refused', () => {
  test.each([
    ['with a private address', { url: 'http://10.0.0.1/x' }, /not a public address/],
    ['with an address of metadata', { url: 'http://[::ffff:169.254.169.254]/' }, /not a public address/],
    ['with no address', { url: 'ftp://example.com' }, /must start with https/],
    ['with a password in its address', { url: 'https://a:b@example.com' }, /must not hold a user name/],
    ['without a name', { name: '' }, /Name may only contain letters/],
    ['with a stage that there is not', { 'global-configuration': { stages: ['plan'] } }, /stages/],
  ])('%s', async (_what, attributes, words) => {
    const organization = await createOrganization(server);
    const answer = await server.call('POST', `/api/v2/organizations/${organization}/tasks`, {
      data: { attributes: { name: 'one', url: service.url, enabled: false, ...attributes } },
    });
    expect([answer.status, answer.text]).toEqual([422, expect.stringMatching(words)]);
  });

  test('if its service refuses the verification', async () => {
    service.behave('/unwilling', (_request, response) => response.writeHead(418).end());
    const organization = await createOrganization(server);
    const path = `/api/v2/organizations/${organization}/tasks`;
    const task = (attributes: object) => ({
      data: { attributes: { name: 'one', url: `${service.url}/unwilling`, ...attributes } },
    });
    const answer = await server.call('POST', path, task({}));
    expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('it answered 418')]);
    const made = await server.call('POST', path, task({ enabled: false }));
    expect(made.body.data.attributes).toMatchObject({ enabled: false, 'hmac-key': null });
    const enabled = await server.call('PATCH', `/api/v2/tasks/${made.body.data.id}`, task({ enabled: true }));
    expect(enabled.status).toBe(422);
    expect((await server.call('POST', path, task({ enabled: false }))).text).toContain('already been taken');
  });

  test('twice in one workspace, or in a workspace of another organization', async () => {
    const ready = await readyWorkspace(server);
    const { taskId, attachedId } = await attachTask(server, ready, service.url);
    const attach = async (id: string) =>
      await server.call('POST', `/api/v2/workspaces/${ready.workspaceId}/tasks`, {
        data: { attributes: { stages: ['post_plan'] }, relationships: { task: { data: { id } } } },
      });
    expect((await attach(taskId)).status).toBe(422);
    const elsewhere = await attachTask(server, await readyWorkspace(server), service.url);
    expect((await attach(elsewhere.taskId)).status).toBe(404);
    expect((await attach('task-nothing')).status).toBe(404);
    const path = `/api/v2/workspaces/${ready.workspaceId}/tasks/${attachedId}`;
    const changed = await server.call('PATCH', path, {
      data: { attributes: { stages: ['pre_apply', 'pre_plan', 'pre_apply'] } },
    });
    expect(changed.body.data.attributes).toMatchObject({
      stages: ['pre_apply', 'pre_plan'],
      stage: 'pre_plan',
    });
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('GET', path)).status).toBe(404);
  });
});
