import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createOrganization,
  createRun,
  createWorkspace,
  readyWorkspace,
  runBody,
  statusOf,
} from '../../support/scenario.ts';
import { claim, mustClaim } from '../../support/scripted-runner.ts';
import { startTestServer, type ApiAnswer, type TestServer } from '../../support/server.ts';

let server: TestServer;
let organization: string;
beforeAll(async () => {
  server = await startTestServer();
  organization = await createOrganization(server);
});
afterAll(async () => await server.close());

const body = (attributes: Record<string, unknown>) => ({ data: { type: 'vars', attributes } });
const create = async (workspaceId: string, attributes: Record<string, unknown>): Promise<ApiAnswer> =>
  await server.call(
    'POST',
    `/api/v2/workspaces/${workspaceId}/vars`,
    body({ category: 'terraform', ...attributes }),
  );
const pointerOf = (answer: ApiAnswer) => answer.body.errors?.[0]?.source?.pointer;

describe('a variable of a workspace', () => {
  let workspaceId: string;
  beforeAll(async () => {
    workspaceId = await createWorkspace(server, organization);
  });

  test('is created, read, listed, changed and deleted', async () => {
    const created = await create(workspaceId, { key: 'region', value: 'eu', description: 'where' });
    expect(created.status).toBe(201);
    const { id, attributes, relationships } = created.body.data;
    expect(attributes).toMatchObject({
      key: 'region',
      value: 'eu',
      description: 'where',
      category: 'terraform',
      hcl: false,
      sensitive: false,
    });
    expect(attributes['version-id']).toMatch(/^[0-9a-f]{64}$/);
    expect(relationships['configurable']?.data).toEqual({ id: workspaceId, type: 'workspaces' });
    const path = `/api/v2/workspaces/${workspaceId}/vars/${id}`;
    expect((await server.call('GET', path)).body).toEqual(created.body);
    const list = await server.call('GET', `/api/v2/workspaces/${workspaceId}/vars`);
    expect(list.body.data.map((variable) => variable.id)).toContain(id);
    expect(list.body.meta?.pagination['total-count']).toBe(list.body.data.length);

    const changed = await server.call('PATCH', path, body({ value: 'us' }));
    expect(changed.body.data.attributes).toEqual({
      ...attributes,
      value: 'us',
      'version-id': expect.not.stringMatching(String(attributes['version-id'])) as string,
    });
    expect(
      (await server.call('PATCH', path, body({ description: null }))).body.data.attributes,
    ).toMatchObject({
      value: 'us',
      description: null,
    });
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('GET', path)).status).toBe(404);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });

  test('is not found through another workspace, and a variable of a set is not found through this one', async () => {
    const { id } = (await create(workspaceId, { key: 'here', value: '1' })).body.data;
    const other = await createWorkspace(server, organization);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await server.call(
        method,
        `/api/v2/workspaces/${other}/vars/${id}`,
        method === 'PATCH' ? body({ value: '2' }) : undefined,
      );
      expect([method, answer.status]).toEqual([method, 404]);
    }
  });

  test.each([
    ['terraform', ['4abc-1', 'my.var', 'a b', 'größe', '1b4e28ba-2fa1-11d2-883f-0016d3cca427', 'a=b']],
    ['env', ['MY-VAR', '9VAR', 'my.var', 'ÄÖ', '1b4e28ba-2fa1-11d2-883f-0016d3cca427']],
  ])('of category %s may have any key that clients allow', async (category, keys) => {
    for (const key of keys) {
      const answer = await create(workspaceId, { key, value: '1', category });
      expect([answer.status, answer.body.data.attributes['key']]).toEqual([201, key]);
    }
  });

  test.each([
    [{ value: 'x' }, 'key'],
    [{ key: '' }, 'key'],
    [{ key: 'k'.repeat(129) }, 'key'],
    [{ key: 'two\nlines' }, 'key'],
    [{ key: 'a\nb', category: 'env' }, 'key'],
    [{ key: 'a=b', category: 'env' }, 'key'],
    [{ key: 'a b', category: 'env' }, 'key'],
    [{ key: 'TF_CLI_ARGS_show', category: 'env' }, 'key'],
    [{ key: 'TF_LOG', category: 'env' }, 'key'],
    [{ key: 'TF_CLI_ARGS_plan', value: '-destroy', category: 'env' }, 'value'],
    [{ key: 'TFE_PARALLELISM', value: 'many', category: 'env' }, 'value'],
    [{ key: 'x', category: 'other' }, 'category'],
    [{ key: 'x', value: 3 }, 'value'],
    [{ key: 'x', value: 'v'.repeat(256 * 1024 + 1) }, 'value'],
    [{ key: 'x', value: 'v'.repeat(128 * 1024), category: 'env' }, 'value'],
    [{ key: 'x', sensitive: 'yes' }, 'sensitive'],
    [{ key: 'x', description: 'd'.repeat(513) }, 'description'],
  ])('is refused at the wrong field: %#', async (attributes, name) => {
    const answer = await create(workspaceId, attributes);
    expect([answer.status, pointerOf(answer)]).toEqual([422, `/data/attributes/${name}`]);
  });

  test('cannot have the key of another one of its category, whether it is new or changed', async () => {
    await create(workspaceId, { key: 'taken', value: '1' });
    const again = await create(workspaceId, { key: 'taken', value: '2' });
    expect([again.status, again.body.errors?.[0]?.detail]).toEqual([422, 'Key has already been taken']);
    const other = await create(workspaceId, { key: 'taken', value: '3', category: 'env' });
    expect(other.status).toBe(201);
    const path = `/api/v2/workspaces/${workspaceId}/vars/${other.body.data.id}`;
    const moved = await server.call('PATCH', path, body({ category: 'terraform' }));
    expect([moved.status, pointerOf(moved)]).toEqual([422, '/data/attributes/key']);
    expect((await server.call('GET', path)).body.data.attributes['category']).toBe('env');
  });

  test('that is sensitive is never shown, and cannot become plain', async () => {
    const created = await create(workspaceId, { key: 'password', value: 'hunter2-hunter2', sensitive: true });
    const path = `/api/v2/workspaces/${workspaceId}/vars/${created.body.data.id}`;
    const unset = await server.call('PATCH', path, body({ sensitive: false }));
    expect([unset.status, pointerOf(unset)]).toEqual([422, '/data/attributes/sensitive']);
    const plain = await create(workspaceId, { key: 'later', value: 'swordfish-swordfish' });
    const hidden = await server.call(
      'PATCH',
      `/api/v2/workspaces/${workspaceId}/vars/${plain.body.data.id}`,
      body({ sensitive: true }),
    );
    expect(hidden.body.data.attributes).toMatchObject({ sensitive: true, value: null });
    const answers = [
      created,
      await server.call('GET', path),
      await server.call('PATCH', path, body({ value: 'hunter3-hunter3' })),
      await server.call('GET', `/api/v2/workspaces/${workspaceId}/vars`),
      await server.call('GET', `/api/v2/workspaces/${workspaceId}/all-vars`),
    ];
    for (const { text } of answers) expect(text).not.toMatch(/hunter|swordfish/);
    const { db } = server.platform;
    const stored = [
      await db.selectFrom('variable').selectAll().execute(),
      await db.selectFrom('audit_entry').selectAll().execute(),
    ];
    expect(JSON.stringify(stored)).not.toMatch(/hunter|swordfish/);
  });

  test('cannot exceed the limit of a workspace', async () => {
    const full = await createWorkspace(server, organization);
    const value = 'v'.repeat(256 * 1024);
    for (let index = 0; index < 16; index++) {
      expect((await create(full, { key: `k${index}`, value, sensitive: index % 2 === 0 })).status).toBe(201);
    }
    const answer = await create(full, { key: 'more', value: 'x' });
    expect([answer.status, answer.body.errors?.[0]?.detail]).toEqual([
      422,
      'The values of a workspace hold at most 4194304 bytes.',
    ]);
  });

  test('can also be reached at the old paths', async () => {
    const workspace = await server.call('GET', `/api/v2/workspaces/${workspaceId}`);
    const name = String(workspace.body.data.attributes['name']);
    const created = await server.call('POST', '/api/v2/vars', {
      data: {
        type: 'vars',
        attributes: { key: 'old', value: '1', category: 'env' },
        relationships: { workspace: { data: { type: 'workspaces', id: workspaceId } } },
      },
    });
    expect(created.status).toBe(201);
    const path = `/api/v2/vars/${created.body.data.id}`;
    expect((await server.call('PATCH', path, body({ value: '2' }))).body.data.attributes['value']).toBe('2');
    const query = `filter[workspace][name]=${name}&filter[organization][name]=${organization}`;
    const list = await server.call('GET', `/api/v2/vars?${query}`);
    expect(list.body.data.map(({ id }) => id)).toContain(created.body.data.id);
    const named = await server.call(
      'POST',
      `/api/v2/vars?${query}`,
      body({ key: 'named', category: 'terraform' }),
    );
    expect(named.status).toBe(201);
    const listed = await server.call('GET', `/api/v2/vars?${query}`);
    expect(listed.body.data.map(({ attributes }) => attributes['key'])).toContain('named');
    for (const half of query.split('&')) {
      const refused = await server.call('POST', `/api/v2/vars?${half}`, body({ key: 'x', category: 'env' }));
      expect(refused.status).toBe(422);
      expect(refused.text).toContain('filter[organization][name] and filter[workspace][name]');
    }
    const elsewhere = query.replace(name, 'none');
    const missing = await server.call(
      'POST',
      `/api/v2/vars?${elsewhere}`,
      body({ key: 'x', category: 'env' }),
    );
    expect(missing.status).toBe(404);
    expect((await server.call('GET', '/api/v2/vars')).status).toBe(400);
    expect((await server.call('POST', '/api/v2/vars', body({ key: 'x', category: 'env' }))).status).toBe(422);
    expect((await server.call('DELETE', path)).status).toBe(204);
  });
});

describe('the variables of a run', () => {
  test('are fixed when it is created: its apply gets those of the plan, and its end erases the secrets', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const secret = await create(workspaceId, {
      key: 'password',
      value: 'hunter2-hunter2',
      sensitive: true,
      hcl: false,
    });
    const list = await create(workspaceId, { key: 'zones', value: '["a"]', hcl: true });
    await create(workspaceId, { key: 'REGION', value: 'eu', category: 'env' });
    await create(workspaceId, { key: 'size', value: '1' });
    const runId = await createRun(server, workspaceId, { variables: [{ key: 'size', value: '2' }] });
    const change = async (id: string, value: string) =>
      await server.call('PATCH', `/api/v2/workspaces/${workspaceId}/vars/${id}`, body({ value }));
    await change(secret.body.data.id, 'changed-meanwhile');
    const plan = await mustClaim(server);
    const expected = [
      { key: 'REGION', value: 'eu', category: 'env', form: 'string', sensitive: false },
      { key: 'password', value: 'hunter2-hunter2', category: 'terraform', form: 'string', sensitive: true },
      { key: 'size', value: '2', category: 'terraform', form: 'auto', sensitive: false },
      { key: 'zones', value: '["a"]', category: 'terraform', form: 'hcl', sensitive: false },
    ];
    expect(plan.variables).toEqual(expected);
    await plan.finishPlan();
    await change(list.body.data.id, '["b"]');
    await server.call('POST', `/api/v2/runs/${runId}/actions/apply`);
    const apply = await mustClaim(server);
    expect([apply.phase, apply.variables]).toEqual(['apply', expected]);

    const stored = async () =>
      await server.platform.db
        .selectFrom('run_variables')
        .selectAll()
        .where('run_id', '=', runId)
        .executeTakeFirstOrThrow();
    expect((await stored()).sealed_values).toMatch(/^rw1\./);
    expect(JSON.stringify(await stored())).not.toContain('hunter2');
    await apply.sendState(1);
    await apply.finish({ outcome: 'succeeded' });
    expect(await statusOf(server, runId)).toBe('applied');
    expect((await stored()).sealed_values).toBeNull();
    await expect(
      server.platform.db
        .updateTable('run_variables')
        .set({ entries: '[]' })
        .where('run_id', '=', runId)
        .execute(),
    ).rejects.toThrow('cannot be changed');
  });

  test('that are unreadable make it errored, and block no other run', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const other = await readyWorkspace(server);
    await create(workspaceId, { key: 'password', value: 'hunter2-hunter2', sensitive: true });
    const broken = await createRun(server, workspaceId);
    const fine = await createRun(server, other.workspaceId);
    await server.platform.db
      .updateTable('run_variables')
      .set({ sealed_values: server.platform.sealer.seal('[]', 'run_variables.sealed_values', 'run-another') })
      .where('run_id', '=', broken)
      .execute();
    const step = await mustClaim(server);
    expect(step.run.id).toBe(fine);
    await step.finish({ outcome: 'errored' });
    expect(await statusOf(server, broken)).toBe('errored');
    expect(await claim(server)).toBeUndefined();
  });

  test('are not fixed while a value is unreadable, which is named', async () => {
    const { workspaceId } = await readyWorkspace(server);
    const { id } = (await create(workspaceId, { key: 'password', value: 'x', sensitive: true })).body.data;
    await server.platform.db
      .updateTable('variable')
      .set({ sealed_value: server.platform.sealer.seal('x', 'variable.sealed_value', 'var-another') })
      .where('id', '=', id)
      .execute();
    const answer = await server.call('POST', '/api/v2/runs', runBody(workspaceId));
    expect([answer.status, answer.body.errors?.[0]?.detail]).toEqual([
      422,
      expect.stringContaining('The value of the variable password cannot be read'),
    ]);
  });
});
