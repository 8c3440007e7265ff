import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parsed, startReceiver, type Received, type Receiver } from '../../support/receiver.ts';
import { createRun, readyWorkspace, uniqueName } from '../../support/scenario.ts';
import { mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let receiver: Receiver;
let receiverUrl: string;
let mail: SMTPServer;
const mails: { to: string[]; text: string }[] = [];

beforeAll(async () => {
  receiver = await startReceiver();
  receiverUrl = receiver.url;
  mail = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, done) {
      void text(stream).then((content) => {
        mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), text: content });
        done();
      });
    },
  });
  const smtp = mail.listen(0, '127.0.0.1');
  await once(smtp, 'listening');
  server = await startTestServer({
    RUNWRIGHT_ALLOW_OUTBOUND: '127.0.0.1',
    RUNWRIGHT_SMTP_URL: `smtp://127.0.0.1:${(smtp.address() as AddressInfo).port}`,
    RUNWRIGHT_SMTP_FROM: 'Runwright <runwright@example.com>',
  });
});
afterAll(async () => {
  await server.close();
  receiver.close();
  await new Promise<void>((resolve) => mail.close(resolve));
});

const at = (path: string): Received[] => receiver.at(path);
const statuses = (path: string) => receiver.statuses(path);

async function until<T>(look: () => T | undefined | false): Promise<T> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline)
      throw new Error(`it did not happen; received: ${JSON.stringify(receiver.received)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function create(workspaceId: string, attributes: object, relationships: object = {}) {
  return await createFor(`workspaces/${workspaceId}`, attributes, relationships);
}

async function createFor(owner: string, attributes: object, relationships: object = {}) {
  return await server.call('POST', `/api/v2/${owner}/notification-configurations`, {
    data: {
      type: 'notification-configurations',
      attributes: { name: 'hook', 'destination-type': 'generic', ...attributes },
      relationships,
    },
  });
}

const ALL = [
  'run:created',
  'run:planning',
  'run:needs_attention',
  'run:applying',
  'run:completed',
  'run:errored',
];

test('a run is reported as it goes, in order and signed, to enabled receivers with its triggers', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  const created = await create(workspaceId, {
    url: `${receiverUrl}/ordered`,
    token: 'a-token-of-theirs',
    enabled: true,
    triggers: ALL,
  });
  expect(created.status).toBe(201);
  expect(created.text).not.toContain('a-token-of-theirs');
  expect(parsed(at('/ordered')[0])).toMatchObject({
    run_id: null,
    workspace_name: null,
    notifications: [{ trigger: 'verification', run_status: null }],
  });
  await create(workspaceId, { url: `${receiverUrl}/some`, enabled: true, triggers: ['run:completed'] });
  await create(workspaceId, { url: `${receiverUrl}/disabled`, enabled: false, triggers: ALL });

  const runId = await createRun(server, workspaceId, { message: 'Three subnets' });
  await (await mustClaim(server)).finishPlan();
  await server.call('POST', `/api/v2/runs/${runId}/actions/apply`, {});
  const apply = await mustClaim(server);
  await apply.sendState(1);
  await apply.finish({ outcome: 'succeeded' });
  await until(() => statuses('/ordered').includes('applied'));
  expect(statuses('/ordered').slice(1)).toEqual(['pending', 'planning', 'planned', 'applying', 'applied']);
  await until(() => statuses('/some').length === 2);
  expect(statuses('/some')).toEqual([null, 'applied']);
  expect(at('/disabled')).toEqual([]);

  for (const { headers, body } of at('/ordered')) {
    const signature = createHmac('sha512', 'a-token-of-theirs').update(body).digest('hex');
    expect(headers['x-tfe-notification-signature']).toBe(signature);
  }
  expect(at('/some')[0]?.headers).not.toHaveProperty('x-tfe-notification-signature');
  expect(JSON.parse(at('/ordered')[3]?.body ?? '')).toMatchObject({
    payload_version: 1,
    notification_configuration_id: created.body.data.id,
    run_id: runId,
    run_message: 'Three subnets',
    run_created_by: 'admin',
    run_url: expect.stringContaining(`/app/${organization}/workspaces/`),
    workspace_id: workspaceId,
    organization_name: organization,
    notifications: [
      { message: 'Run Needs Attention', trigger: 'run:needs_attention', run_status: 'planned' },
    ],
  });
  const stored = await server.platform.db.selectFrom('notification_configuration').selectAll().execute();
  expect(JSON.stringify(stored)).not.toContain('a-token-of-theirs');
});

test('a run that needs no decision is not reported as planned, and a speculative one not at all', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await create(workspaceId, { url: `${receiverUrl}/quiet`, enabled: true, triggers: ALL });
  await createRun(server, workspaceId, { 'plan-only': true });
  await (await mustClaim(server)).finishPlan();
  await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan({ hasChanges: false });
  await until(() => statuses('/quiet').includes('planned_and_finished'));
  expect(statuses('/quiet').slice(1)).toEqual(['pending', 'planning', 'planned_and_finished']);
});

test('a failing receiver gets the same delivery again, and later deliveries wait for it', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const { body } = await create(workspaceId, {
    url: `${receiverUrl}/flaky`,
    enabled: true,
    triggers: ['run:created', 'run:errored'],
  });
  receiver.answers.set('/flaky', [503]);
  const runId = await createRun(server, workspaceId);
  await server.call('POST', `/api/v2/runs/${runId}/actions/cancel`, {});
  await until(() => statuses('/flaky').includes('canceled'));
  expect(statuses('/flaky').slice(1)).toEqual(['pending', 'pending', 'canceled']);
  const [, first, second, last] = at('/flaky').map(({ headers }) => headers['x-runwright-delivery']);
  expect(second).toBe(first);
  expect(last).not.toBe(first);
  expect(parsed(at('/flaky')[3]).notifications[0]).toMatchObject({
    message: 'Run Canceled',
    trigger: 'run:errored',
  });
  const path = `/api/v2/notification-configurations/${body.data.id}`;
  const read = async () =>
    (await server.call('GET', path)).body.data.attributes['delivery-responses'] as {
      code: string;
      body: string;
    }[];
  let responses = await read();
  while (responses.length < 3) responses = await read();
  expect(responses.map(({ code, body }) => [code, body])).toEqual([
    ['200', 'answer 200'],
    ['200', 'answer 200'],
    ['200', 'answer 200'],
  ]);
});

test('a delivery that a killed server was sending is sent again with the same id', async () => {
  const { workspaceId } = await readyWorkspace(server);
  await create(workspaceId, { url: `${receiverUrl}/again`, enabled: true, triggers: ['run:created'] });
  await createRun(server, workspaceId);
  await until(() => statuses('/again').includes('pending'));
  const id = String(at('/again')[1]?.headers['x-runwright-delivery']);
  // The receiver's answer is not stored yet; storing it later would undo the next update.
  const written = async () =>
    (
      await server.platform.db
        .selectFrom('notification_delivery')
        .select('status')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).status;
  while ((await written()) === 'waiting') await new Promise((resolve) => setTimeout(resolve, 20));
  // A server killed after sending leaves the delivery like this: taken, not finished, and overdue.
  await server.platform.db
    .updateTable('notification_delivery')
    .set({ status: 'waiting', next_attempt_at: new Date(0) })
    .where('id', '=', id)
    .execute();
  server.platform.wakeUps.wake('notifications');
  await until(() => at('/again').length === 3);
  expect(at('/again')[2]?.headers['x-runwright-delivery']).toBe(id);
});

describe('a wrong configuration', () => {
  test.each([
    [{ url: 'http://169.254.169.254/latest' }, '/data/attributes/url'],
    [{ url: 'http://[::1]:1/' }, '/data/attributes/url'],
    [{ url: 'ftp://example.com' }, '/data/attributes/url'],
    [{}, '/data/attributes/url'],
    [{ url: 'https://example.com', name: '' }, '/data/attributes/name'],
    [{ url: 'https://example.com', triggers: ['run:nothing'] }, '/data/attributes/triggers/0'],
    [{ url: 'https://example.com', 'destination-type': 'pager' }, '/data/attributes/destination-type'],
    [
      { url: 'https://example.com', 'email-addresses': ['a@example.com'] },
      '/data/attributes/email-addresses',
    ],
    [{ 'destination-type': 'email', 'email-addresses': ['nobody'] }, '/data/attributes/email-addresses/0'],
    [{ 'destination-type': 'email', enabled: true }, '/data/attributes/email-addresses'],
  ])('%j is refused at %s', async (attributes, pointer) => {
    const { workspaceId } = await readyWorkspace(server);
    const answer = await create(workspaceId, attributes);
    expect([answer.status, answer.body.errors?.[0]?.source?.pointer]).toEqual([422, pointer]);
  });

  test('whose receiver refuses or redirects the verification is not enabled', async () => {
    const { workspaceId } = await readyWorkspace(server);
    for (const status of [404, 302, 500]) {
      receiver.answers.set('/refusing', [status]);
      const answer = await create(workspaceId, { url: `${receiverUrl}/refusing`, enabled: true });
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.[0]?.detail).toContain(`answered ${status}`);
    }
    expect(at('/elsewhere')).toEqual([]);
    const list = await server.call('GET', `/api/v2/workspaces/${workspaceId}/notification-configurations`);
    expect(list.body.meta?.pagination['total-count']).toBe(0);
  });

  test('is refused after twenty in a workspace', async () => {
    const { workspaceId } = await readyWorkspace(server);
    for (let count = 0; count < 20; count += 1) {
      expect((await create(workspaceId, { url: 'https://example.com/' })).status).toBe(201);
    }
    expect((await create(workspaceId, { url: 'https://example.com/' })).status).toBe(422);
  });
});

test('a configuration is changed, verified again and deleted', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const { body } = await create(workspaceId, { url: `${receiverUrl}/old`, triggers: ['run:created'] });
  const path = `/api/v2/notification-configurations/${body.data.id}`;
  expect(at('/old')).toEqual([]);
  const patch = async (attributes: object) =>
    await server.call('PATCH', path, { data: { type: 'notification-configurations', attributes } });
  const changed = await patch({ enabled: true, url: `${receiverUrl}/new`, name: 'renamed' });
  expect(changed.body.data.attributes).toMatchObject({ name: 'renamed', enabled: true, token: null });
  expect(at('/new')).toHaveLength(1);
  expect((await server.call('POST', `${path}/actions/verify`)).status).toBe(200);
  receiver.answers.set('/new', [500]);
  expect((await server.call('POST', `${path}/actions/verify`)).status).toBe(400);
  const read = await server.call('GET', path);
  expect(read.body.data.attributes['delivery-responses']).toMatchObject([
    { code: '500', successful: 'false' },
    { code: '200', successful: 'true', body: 'answer 200' },
    { code: '200' },
  ]);
  expect((await server.call('DELETE', path)).status).toBe(204);
  expect((await server.call('GET', path)).status).toBe(404);
  const entries = await server.platform.db
    .selectFrom('audit_entry')
    .select('action')
    .where('resource_id', '=', body.data.id)
    .orderBy('sequence')
    .execute();
  expect(entries.map(({ action }) => action)).toEqual(['create', 'update', 'verify', 'verify', 'destroy']);
});

test('Slack and Microsoft Teams get their own formats, with all markup of a message escaped', async () => {
  const { workspaceId } = await readyWorkspace(server);
  const triggers = ['run:created'];
  for (const kind of ['slack', 'microsoft-teams']) {
    const url = `${receiverUrl}/${kind}`;
    const answer = await create(workspaceId, { 'destination-type': kind, url, enabled: true, triggers });
    expect(answer.status).toBe(201);
  }
  await createRun(server, workspaceId, { message: 'see <!channel> & <https://evil.example|here>' });
  await until(() => at('/slack').length === 2 && at('/microsoft-teams').length === 2);
  const slack = at('/slack')[1]?.body ?? '';
  expect(slack).toContain('see &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;');
  expect(JSON.parse(slack)).toMatchObject({ text: expect.stringContaining('Run Created'), blocks: [{}] });
  expect(JSON.parse(at('/microsoft-teams')[1]?.body ?? '')).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: { type: 'AdaptiveCard', actions: [{ type: 'Action.OpenUrl' }] },
      },
    ],
  });
});

test('mail is sent to addresses and members through the configured server', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  await server.addUser('reader', [organization]);
  await server.addUser('outsider', []);
  const userId = async (username: string) =>
    (
      await server.platform.db
        .selectFrom('users')
        .select('id')
        .where('username', '=', username)
        .executeTakeFirstOrThrow()
    ).id;
  const attributes = {
    'destination-type': 'email',
    enabled: true,
    triggers: ['run:created'],
    'email-addresses': ['ops@example.com'],
  };
  const users = async (username: string) => ({
    users: { data: [{ id: await userId(username), type: 'users' }] },
  });
  expect((await create(workspaceId, attributes, await users('outsider'))).status).toBe(422);
  expect((await create(workspaceId, attributes, await users('reader'))).status).toBe(201);
  await createRun(server, workspaceId, { message: 'by mail' });
  const told = await until(() => mails.find((one) => one.text.includes('by mail')));
  expect(told.to).toEqual(['ops@example.com', 'reader@example.com']);
  expect(told.text).toContain('From: Runwright <runwright@example.com>');
  expect(told.text).toMatch(/Subject: Run Created/);

  // A user who has left the organization gets no more mail.
  const list = `/api/v2/organizations/${organization}/organization-memberships?q=reader`;
  const [membership] = (await server.call('GET', list)).body.data;
  await server.call('DELETE', `/api/v2/organization-memberships/${membership?.id}`);
  await createRun(server, workspaceId, { message: 'afterwards' });
  const later = await until(() => mails.find((one) => one.text.includes('afterwards')));
  expect(later.to).toEqual(['ops@example.com']);
});

test('a project is notified of runs in its own workspaces only', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  const project = await server.call('POST', `/api/v2/organizations/${organization}/projects`, {
    data: { attributes: { name: uniqueName('network') } },
  });
  const owner = `projects/${project.body.data.id}`;
  const created = await createFor(owner, {
    url: `${receiverUrl}/project`,
    enabled: true,
    triggers: ['run:created', 'run:errored'],
  });
  expect(created.status).toBe(201);
  expect(created.body.data.relationships['subscribable']).toEqual({
    data: { type: 'projects', id: project.body.data.id },
  });
  const list = await server.call('GET', `/api/v2/${owner}/notification-configurations`);
  expect(list.body.data.map(({ id }) => id)).toEqual([created.body.data.id]);

  const elsewhere = await createRun(server, workspaceId, { message: 'elsewhere' });
  await server.call('POST', `/api/v2/runs/${elsewhere}/actions/discard`, {});
  await server.call('POST', `/api/v2/${owner}/relationships/workspaces`, {
    data: [{ type: 'workspaces', id: workspaceId }],
  });
  const runId = await createRun(server, workspaceId, { message: 'here' });
  await server.call('POST', `/api/v2/runs/${runId}/actions/discard`, {});
  await until(() => statuses('/project').includes('discarded'));
  expect(statuses('/project')).toEqual([null, 'pending', 'discarded']);
  expect(new Set(at('/project').map((request) => parsed(request).run_id))).toEqual(new Set([null, runId]));
  expect(parsed(at('/project')[1]).workspace_name).not.toBeNull();
});

test('a team is not notified of runs; each owner has its own triggers and its own limit of twenty', async () => {
  const { organization, workspaceId } = await readyWorkspace(server);
  const team = await server.call('POST', `/api/v2/organizations/${organization}/teams`, {
    data: { attributes: { name: 'deployers' } },
  });
  const owner = `teams/${team.body.data.id}`;
  const url = `${receiverUrl}/team`;
  const wrong = await createFor(owner, { url, triggers: ['run:created'] });
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors?.[0]?.source?.pointer).toBe('/data/attributes/triggers');
  expect((await create(workspaceId, { url, triggers: ['team:change_request'] })).status).toBe(422);
  const triggers = ['team:change_request', 'change_request:created'];
  const created = await createFor(owner, { url, enabled: true, triggers });
  expect(created.status).toBe(201);
  expect(created.body.data.relationships['subscribable']).toEqual({
    data: { type: 'teams', id: team.body.data.id },
  });
  expect(statuses('/team')).toEqual([null]);
  for (let count = 1; count < 20; count++) expect((await createFor(owner, { url })).status).toBe(201);
  expect((await createFor(owner, { url })).status).toBe(422);
  expect((await create(workspaceId, { url })).status).toBe(201);

  // Deleting a team deletes its notifications.
  await server.call('DELETE', `/api/v2/${owner}`);
  const gone = await server.call('GET', `/api/v2/notification-configurations/${created.body.data.id}`);
  expect(gone.status).toBe(404);
});
