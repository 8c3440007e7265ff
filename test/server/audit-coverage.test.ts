import { SOME_ARCHIVE } from '../runner/configuration-archive.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AGENT_PATH } from '../../src/protocol/agent.ts';
import { allEndpoints } from '../../src/server/server.ts';
import { accessCalls } from '../support/access-calls.ts';
import {
  createRun,
  createWorkspace,
  readyWorkspace,
  runBody,
  uniqueName,
  uploadConfiguration,
} from '../support/scenario.ts';
import { approvalCalls } from '../support/approval-calls.ts';
import { checkCalls } from '../support/check-calls.ts';
import { poolCalls } from '../support/pool-calls.ts';
import { registryCalls } from '../support/registry-routes.ts';
import { sessionCalls } from '../support/session-calls.ts';
import { taskCalls } from '../support/task-calls.ts';
import { tagCalls } from '../support/tag-calls.ts';
import { variableCalls } from '../support/variable-calls.ts';
import { claim, mustClaim } from '../support/scripted-runner.ts';
import { lock, postState, stateFile } from '../support/states.ts';
import {
  ADMIN_TOKEN,
  AGENT_TOKEN,
  startTestServer,
  type ApiAnswer,
  type TestServer,
} from '../support/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await startTestServer({ RUNWRIGHT_FORCE_CANCEL_AFTER: '10' })));
afterAll(async () => await server.close());

const attributes = (values: object) => ({ data: { attributes: values } });
const post = async (path: string, body?: unknown) => await server.call('POST', path, body);
const at = (path: string): string => `/api/v2/${path}`;

async function plannedRun(): Promise<{ workspaceId: string; runId: string }> {
  const { workspaceId } = await readyWorkspace(server);
  const runId = await createRun(server, workspaceId);
  await (await mustClaim(server)).finishPlan();
  return { workspaceId, runId };
}

async function newToken(): Promise<ApiAnswer> {
  const { body } = await server.call('GET', at('account/details'));
  return await post(at(`users/${body.data.id}/authentication-tokens`), attributes({ description: 'a test' }));
}

async function newConfigurationVersion(): Promise<ApiAnswer> {
  const { workspaceId } = await readyWorkspace(server);
  return await post(
    at(`workspaces/${workspaceId}/configuration-versions`),
    attributes({ 'auto-queue-runs': false }),
  );
}

async function newState(values: Record<string, unknown> = {}) {
  const { workspaceId } = await readyWorkspace(server);
  await lock(server, workspaceId);
  return { workspaceId, answer: await postState(server, workspaceId, stateFile(), values) };
}

type Bytes = string | Buffer<ArrayBuffer>;
async function upload({ body }: ApiAnswer, address: string, bytes: Bytes): Promise<ApiAnswer> {
  const response = await fetch(String(body.data.attributes[address]), { method: 'PUT', body: bytes });
  return { status: response.status, headers: response.headers, body, text: await response.text() };
}

async function newNotification(owner?: string): Promise<ApiAnswer> {
  const of = owner ?? at(`workspaces/${(await readyWorkspace(server)).workspaceId}`);
  const values = { name: 'hook', 'destination-type': 'generic', url: 'https://example.com/a-secret-path' };
  return await post(
    `${of}/notification-configurations`,
    attributes({ ...values, token: 'a-secret-of-a-hook' }),
  );
}

async function named(workspaceId: string): Promise<{ organization: string; name: string }> {
  const { body } = await server.call('GET', at(`workspaces/${workspaceId}`));
  return {
    organization: body.data.relationships['organization']?.data?.id ?? '',
    name: String(body.data.attributes['name']),
  };
}

/** A configuration version that is no longer current. */
async function oldConfiguration(): Promise<string> {
  const { workspaceId } = await readyWorkspace(server);
  const id = await uploadConfiguration(server, workspaceId);
  await uploadConfiguration(server, workspaceId);
  return id;
}

async function onConfiguration(...actions: string[]): Promise<ApiAnswer> {
  const path = at(`configuration-versions/${await oldConfiguration()}/actions`);
  for (const action of actions.slice(0, -1)) await post(`${path}/${action}`);
  return await post(`${path}/${actions.at(-1)}`);
}

async function onConsumers(method: string): Promise<ApiAnswer> {
  const { organization, workspaceId } = await readyWorkspace(server);
  const data = [{ id: await createWorkspace(server, organization), type: 'workspaces' }];
  const path = at(`workspaces/${workspaceId}/relationships/remote-state-consumers`);
  return await server.call(method, path, { data });
}

async function newProject(): Promise<{ path: string; workspaceId: string }> {
  const { organization, workspaceId } = await readyWorkspace(server);
  const answer = await post(at(`organizations/${organization}/projects`), attributes({ name: 'a project' }));
  return { path: at(`projects/${answer.body.data.id}`), workspaceId };
}

/** For each endpoint that changes something, a call that succeeds. */
const CALLS: Record<string, () => Promise<ApiAnswer>> = {
  ...variableCalls(() => server),
  ...tagCalls(() => server),
  ...accessCalls(() => server),
  ...sessionCalls(() => server),
  ...approvalCalls(() => server),
  ...poolCalls(() => server),
  ...checkCalls(() => server),
  ...taskCalls(() => server),
  ...registryCalls(() => server),
  'POST /api/v2/workspaces/:id/actions/safe-delete': async () => {
    const { workspaceId } = await readyWorkspace(server);
    return await post(at(`workspaces/${workspaceId}/actions/safe-delete`));
  },
  'POST /api/v2/organizations/:organization/workspaces/:name/actions/safe-delete': async () => {
    const { organization, name } = await named((await readyWorkspace(server)).workspaceId);
    return await post(at(`organizations/${organization}/workspaces/${name}/actions/safe-delete`));
  },
  'POST /api/v2/organizations': async () =>
    await post(at('organizations'), attributes({ name: uniqueName('org'), email: 'a@example.com' })),
  ...Object.fromEntries(
    ['PATCH', 'PUT'].map((method) => [
      `${method} /api/v2/organizations/:organization`,
      async () => {
        const { organization } = await readyWorkspace(server);
        const values = attributes({ email: 'b@example.com' });
        return await server.call(method, at(`organizations/${organization}`), values);
      },
    ]),
  ),
  'DELETE /api/v2/organizations/:organization': async () => {
    const name = uniqueName('org');
    await post(at('organizations'), attributes({ name, email: 'a@example.com' }));
    return await server.call('DELETE', at(`organizations/${name}`));
  },
  'POST /api/v2/organizations/:organization/projects': async () => {
    const { organization } = await readyWorkspace(server);
    return await post(at(`organizations/${organization}/projects`), attributes({ name: 'a project' }));
  },
  'PATCH /api/v2/projects/:id': async () =>
    await server.call('PATCH', (await newProject()).path, attributes({ name: 'renamed' })),
  'DELETE /api/v2/projects/:id': async () => await server.call('DELETE', (await newProject()).path),
  'POST /api/v2/projects/:id/relationships/workspaces': async () => {
    const { path, workspaceId } = await newProject();
    return await post(`${path}/relationships/workspaces`, { data: [{ id: workspaceId }] });
  },
  'POST /api/v2/organizations/:organization/workspaces': async () => {
    const { organization } = await readyWorkspace(server);
    return await post(at(`organizations/${organization}/workspaces`), attributes({ name: 'another' }));
  },
  'PATCH /api/v2/workspaces/:id': async () => {
    const { workspaceId } = await readyWorkspace(server);
    return await server.call('PATCH', at(`workspaces/${workspaceId}`), attributes({ 'auto-apply': true }));
  },
  'DELETE /api/v2/workspaces/:id': async () => {
    const { workspaceId } = await readyWorkspace(server);
    return await server.call('DELETE', at(`workspaces/${workspaceId}`));
  },
  'PATCH /api/v2/organizations/:organization/workspaces/:name': async () => {
    const { organization, name } = await named((await readyWorkspace(server)).workspaceId);
    const path = at(`organizations/${organization}/workspaces/${name}`);
    return await server.call('PATCH', path, attributes({ description: 'changed' }));
  },
  'DELETE /api/v2/organizations/:organization/workspaces/:name': async () => {
    const { organization, name } = await named((await readyWorkspace(server)).workspaceId);
    return await server.call('DELETE', at(`organizations/${organization}/workspaces/${name}`));
  },
  'POST /api/v2/workspaces/:id/actions/lock': async () =>
    await post(at(`workspaces/${(await readyWorkspace(server)).workspaceId}/actions/lock`), {}),
  'POST /api/v2/workspaces/:id/actions/unlock': async () => {
    const { workspaceId } = await readyWorkspace(server);
    await post(at(`workspaces/${workspaceId}/actions/lock`), {});
    return await post(at(`workspaces/${workspaceId}/actions/unlock`));
  },
  'POST /api/v2/workspaces/:id/actions/force-unlock': async () => {
    const { workspaceId } = await readyWorkspace(server);
    await post(at(`workspaces/${workspaceId}/actions/lock`), {});
    return await post(at(`workspaces/${workspaceId}/actions/force-unlock`));
  },
  'POST /api/v2/workspaces/:id/relationships/remote-state-consumers': async () => await onConsumers('POST'),
  'PATCH /api/v2/workspaces/:id/relationships/remote-state-consumers': async () => await onConsumers('PATCH'),
  'DELETE /api/v2/workspaces/:id/relationships/remote-state-consumers': async () =>
    await onConsumers('DELETE'),
  'POST /api/v2/configuration-versions/:id/actions/archive': async () => await onConfiguration('archive'),
  'POST /api/v2/configuration-versions/:id/actions/soft_delete_backing_data': async () =>
    await onConfiguration('soft_delete_backing_data'),
  'POST /api/v2/configuration-versions/:id/actions/restore_backing_data': async () =>
    await onConfiguration('soft_delete_backing_data', 'restore_backing_data'),
  'POST /api/v2/configuration-versions/:id/actions/permanently_delete_backing_data': async () =>
    await onConfiguration('soft_delete_backing_data', 'permanently_delete_backing_data'),
  'POST /api/v2/workspaces/:id/configuration-versions': newConfigurationVersion,
  'PUT /api/v2/uploads/configuration-versions/:id/:signature': async () => {
    return await upload(await newConfigurationVersion(), 'upload-url', SOME_ARCHIVE);
  },
  'POST /api/v2/runs': async () => {
    const { workspaceId } = await readyWorkspace(server);
    const variables = [{ key: 'name', value: '"a-secret-of-a-run"' }];
    return await post(at('runs'), runBody(workspaceId, { variables }));
  },
  'POST /api/v2/runs/:id/actions/apply': async () =>
    await post(at(`runs/${(await plannedRun()).runId}/actions/apply`), { comment: 'go' }),
  'POST /api/v2/runs/:id/actions/discard': async () =>
    await post(at(`runs/${(await plannedRun()).runId}/actions/discard`), {}),
  'POST /api/v2/runs/:id/actions/cancel': async () => {
    const { workspaceId } = await readyWorkspace(server);
    return await post(at(`runs/${await createRun(server, workspaceId)}/actions/cancel`), {});
  },
  'POST /api/v2/runs/:id/actions/force-cancel': async () => {
    const { workspaceId } = await readyWorkspace(server);
    const runId = await createRun(server, workspaceId);
    await mustClaim(server);
    await post(at(`runs/${runId}/actions/cancel`), {});
    await server.platform.db
      .updateTable('run')
      .set({ force_cancel_available_at: new Date(0) })
      .where('id', '=', runId)
      .execute();
    return await post(at(`runs/${runId}/actions/force-cancel`), {});
  },
  'POST /api/v2/runs/:id/actions/force-execute': async () => {
    const { workspaceId } = await plannedRun();
    return await post(at(`runs/${await createRun(server, workspaceId)}/actions/force-execute`));
  },
  'PATCH /api/v2/admin/general-settings': async () =>
    await server.call(
      'PATCH',
      at('admin/general-settings'),
      attributes({ 'api-rate-limiting-enabled': false }),
    ),
  'POST /api/v2/runs/:id/comments': async () =>
    await post(at(`runs/${(await plannedRun()).runId}/comments`), attributes({ body: 'hello' })),
  'POST /api/v2/workspaces/:id/state-versions': async () => (await newState()).answer,
  'PATCH /api/v2/workspaces/:id/state-versions': async () => {
    const { workspaceId, answer } = await newState();
    return await server.call('PATCH', at(`workspaces/${workspaceId}/state-versions`), {
      data: {
        type: 'state-versions',
        relationships: {
          'rollback-state-version': { data: { id: answer.body.data.id, type: 'state-versions' } },
        },
      },
    });
  },
  'PUT /api/v2/uploads/state-versions/:id/:signature': async () => {
    const { answer } = await newState({ state: undefined });
    return await upload(answer, 'hosted-state-upload-url', stateFile());
  },
  'PUT /api/v2/uploads/json-state-versions/:id/:signature': async () => {
    const { answer } = await newState({ state: undefined });
    await upload(answer, 'hosted-state-upload-url', stateFile());
    return await upload(answer, 'hosted-json-state-upload-url', '{"values":{}}');
  },
  'POST /api/v2/users/:id/authentication-tokens': newToken,
  'DELETE /api/v2/authentication-tokens/:id': async () =>
    await server.call('DELETE', at(`authentication-tokens/${(await newToken()).body.data.id}`)),
  'POST /api/v2/workspaces/:id/notification-configurations': async () => await newNotification(),
  'POST /api/v2/projects/:id/notification-configurations': async () =>
    await newNotification((await newProject()).path),
  'POST /api/v2/teams/:id/notification-configurations': async () => {
    const { organization } = await readyWorkspace(server);
    const team = await post(at(`organizations/${organization}/teams`), attributes({ name: 'told' }));
    return await newNotification(at(`teams/${team.body.data.id}`));
  },
  'PATCH /api/v2/notification-configurations/:id': async () => {
    const path = at(`notification-configurations/${(await newNotification()).body.data.id}`);
    return await server.call(
      'PATCH',
      path,
      attributes({ name: 'renamed', token: 'another-secret-of-a-hook' }),
    );
  },
  'DELETE /api/v2/notification-configurations/:id': async () =>
    await server.call('DELETE', at(`notification-configurations/${(await newNotification()).body.data.id}`)),
};

/** Endpoints that change something, or are POSTs, but write no entry of their own. */
const EXCEPTIONS: Record<string, string> = {
  [`POST ${AGENT_PATH}/`]:
    'what runners report are events of the run, and state versions, which are recorded',
  [`PUT ${AGENT_PATH}/`]: 'the same',
  'POST /oauth/': 'signing in changes nothing but the caller: its token is recorded where it is made',
  'POST /app/': 'the same',
  'POST /api/v2/notification-configurations/:id/actions/verify':
    'recorded; notifications.test.ts looks at it',
  'POST /api/v2/notification-configurations/:id/actions/enable': 'the same as PATCH',
  'POST /api/v2/admin/organizations/:organization/subscription': 'changes nothing',
};

const actorOf = (route: string): string => {
  if (route.endsWith('/callback')) return 'task';
  return /uploads|password-choices/.test(route) ? 'address' : 'user';
};

const isExcepted = (route: string): boolean =>
  Object.keys(EXCEPTIONS).some((prefix) => route.startsWith(prefix));

describe('each endpoint that changes something', () => {
  test('is called here, or is an exception', () => {
    const routes = allEndpoints(server.platform)
      .filter(
        ({ method, answers }) =>
          method !== 'GET' && Object.keys(answers).some((status) => Number(status) < 400),
      )
      .map(({ method, url }) => `${method} ${url}`);
    const missing = routes.filter((route) => !(route in CALLS) && !isExcepted(route));
    expect(missing, 'add a successful call of these to CALLS').toEqual([]);
    expect(Object.keys(CALLS).filter((route) => !routes.includes(route))).toEqual([]);
  });

  test.each(Object.keys(CALLS))('%s leaves an entry with its actor and address', async (route) => {
    const answer = await CALLS[route]?.();
    if (answer === undefined) throw new Error('no call');
    expect(answer.status, answer.text).toBeLessThan(300);
    const entries = await server.platform.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('request_id', '=', answer.headers.get('x-request-id'))
      .execute();
    expect(entries.length, `${route} must call recordChange`).toBeGreaterThan(0);
    for (const entry of entries) {
      expect(entry.address).toBe('127.0.0.1');
      expect(entry.actor_kind).toBe(actorOf(route));
    }
    while ((await claim(server)) !== undefined);
  });
});

test('no entry contains a secret', async () => {
  const token = await newToken();
  const secret = String(token.body.data.attributes['token']);
  const uploadUrl = String((await newConfigurationVersion()).body.data.attributes['upload-url']);
  const entries = JSON.stringify(await server.platform.db.selectFrom('audit_entry').selectAll().execute());
  expect(entries).toContain(token.body.data.id);
  const signature = uploadUrl.split('/').at(-1) ?? '';
  const secrets = ['a-secret', 'another-secret', ADMIN_TOKEN, AGENT_TOKEN, secret, signature];
  for (const text of secrets) expect(entries.includes(text), text).toBe(false);
});
