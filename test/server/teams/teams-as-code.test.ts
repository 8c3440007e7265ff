/** Teams, tokens, pools and notifications as read back by programs that keep an organization as code. */
import { describe, expect, test } from 'vitest';
import { asCode, to } from '../../support/as-code.ts';
import {
  createOrganization,
  createRun,
  createWorkspace,
  uniqueName,
  uploadConfiguration,
} from '../../support/scenario.ts';

const code = asCode();
const { call, make, newProject, newTeam, attributesOf } = code;

describe('a team', () => {
  test('has members that can be read with it and one by one, and a name with a slash', async () => {
    const team = await newTeam({ name: uniqueName('dev/ops') });
    const invited = await call('POST', `${code.O}/organization-memberships`, {
      attributes: { email: `${uniqueName('bob')}@example.com` },
    });
    expect([invited.status, invited.body.data.relationships['teams']?.data]).toEqual([201, []]);
    expect(invited.body.included?.map(({ type }) => type)).toEqual(['users']);
    const membership = invited.body.data.id;
    const members = `/api/v2/teams/${team}/relationships/organization-memberships`;
    await call('POST', members, [{ type: 'organization-memberships', id: membership }]);
    const listed = await call('GET', `${members}?page[size]=1&include=user`);
    expect([
      listed.status,
      listed.body.data.map(({ id }) => id),
      listed.body.meta?.pagination['total-count'],
    ]).toEqual([200, [membership], 1]);
    const shown = await call('GET', `/api/v2/teams/${team}?include=users,organization-memberships`);
    expect(shown.body.included?.map(({ type }) => type).sort()).toEqual([
      'organization-memberships',
      'users',
    ]);
    expect((await call('GET', `/api/v2/teams/${team}?include=bogus`)).status).toBe(400);
  });

  test('keeps each detail of custom access to a project', async () => {
    const relationships = { team: to('teams', await newTeam()), project: to('projects', await newProject()) };
    const access = { 'workspace-access': { runs: 'apply', 'policy-overrides': true, 'run-tasks': true } };
    const id = await make('/api/v2/team-projects', {
      attributes: { access: 'custom', ...access },
      relationships,
    });
    expect(await attributesOf(`/api/v2/team-projects/${id}`)).toMatchObject(access);
  });
});

describe('a token', () => {
  test('ends after two years unless its creator sets another end, which cannot be in the past', async () => {
    const team = await newTeam();
    const path = `/api/v2/teams/${team}/authentication-tokens`;
    const create = async (attributes: object) => await call('POST', path, { attributes });
    const made = (await create({ description: 'one' })).body.data.attributes;
    const years = (Date.parse(String(made['expired-at'])) - Date.now()) / (365 * 24 * 3_600_000);
    expect(Math.abs(years - 2)).toBeLessThan(0.01);
    const said = '2090-01-31T12:00:00.000Z';
    const other = await create({ description: 'two', 'expired-at': said });
    expect(other.body.data.attributes['expired-at']).toBe(said);
    expect((await create({ description: 'three', 'expired-at': '2001-01-01T00:00:00Z' })).status).toBe(422);
    const again = await create({ description: 'one' });
    expect([again.status, again.body.errors?.[0]?.detail]).toEqual([
      422,
      'Validation failed: Description has already been taken',
    ]);
    const plain = await call('POST', `/api/v2/teams/${team}/authentication-token`);
    expect(plain.body.data.attributes['description']).toBe(null);
  });

  test("of a team is found by the team's name, and tokens are sorted as asked", async () => {
    const name = uniqueName('searched');
    const team = await newTeam({ name });
    const ends = ['2060-01-01T00:00:00.000Z', '2070-01-01T00:00:00.000Z'];
    for (const end of ends) {
      const attributes = { description: end, 'expired-at': end };
      await call('POST', `/api/v2/teams/${team}/authentication-tokens`, { attributes });
    }
    const list = async (sort: string) => {
      const answer = await call('GET', `${code.O}/team-tokens?q=${name}&sort=${sort}`);
      return answer.body.data.map(({ attributes }) => attributes['expired-at']);
    };
    expect([await list('expired-at'), await list('-expired-at')]).toEqual([ends, ends.toReversed()]);
    expect((await call('GET', `${code.O}/team-tokens?sort=nonsense`)).status).toBe(400);
  });
});

describe('an agent pool', () => {
  test('executes no run of an excluded workspace', async () => {
    const workspaceId = await createWorkspace(code.server, code.organization);
    const workspace = await attributesOf(`/api/v2/workspaces/${workspaceId}`);
    await uploadConfiguration(code.server, workspaceId);
    const pool = await make(`${code.O}/agent-pools`, { attributes: { name: uniqueName('pool') } });
    const path = `/api/v2/agent-pools/${pool}`;
    const use = async () =>
      (
        await call('PATCH', `/api/v2/workspaces/${workspaceId}`, {
          attributes: { 'execution-mode': 'agent', 'agent-pool-id': pool },
        })
      ).status;
    const exclude = async (ids: string[]) => {
      const data = ids.map((id) => ({ type: 'workspaces', id }));
      return await call('PATCH', path, { relationships: { 'excluded-workspaces': { data } } });
    };
    const found = async (): Promise<boolean> => {
      const filter = `filter[allowed_workspaces][name]=${String(workspace['name'])}`;
      return (await call('GET', `${code.O}/agent-pools?${filter}`)).body.data.some(({ id }) => id === pool);
    };
    expect(await found()).toBe(true);
    expect((await exclude([workspaceId])).body.data.relationships['excluded-workspaces']).toEqual({
      data: [{ type: 'workspaces', id: workspaceId }],
    });
    expect([await use(), await found()]).toEqual([422, false]);
    expect((await exclude(['ws-unknown'])).status).toBe(422);
    await exclude([]);
    expect(await use()).toBe(200);
    await createRun(code.server, workspaceId);
    await exclude([workspaceId]);
    await expect(createRun(code.server, workspaceId)).rejects.toThrow('answered 422');
  });

  test('is listed in the order that was asked for', async () => {
    const name = await createOrganization(code.server);
    const path = `/api/v2/organizations/${name}/agent-pools`;
    const ids = [];
    for (const pool of ['b', 'a']) ids.push(await make(path, { attributes: { name: pool } }));
    const list = async (sort: string) =>
      (await call('GET', `${path}?sort=${sort}`)).body.data.map(({ id }) => id);
    expect([await list('created-at'), await list('-created-at'), await list('name')]).toEqual([
      ids,
      ids.toReversed(),
      ids.toReversed(),
    ]);
  });
});

test('a change is answered with its own result, even if others change the same resource at the same time', async () => {
  const path = `/api/v2/workspaces/${await createWorkspace(code.server, code.organization)}`;
  const texts = Array.from({ length: 24 }, (_, index) => `number ${index}`);
  const answers = await Promise.all(
    texts.map(async (description) => await call('PATCH', path, { attributes: { description } })),
  );
  expect(answers.map(({ body }) => body.data.attributes['description'])).toEqual(texts);
});

test('changes to different parts of a notification at the same time all take effect', async () => {
  const workspace = await createWorkspace(code.server, code.organization);
  const id = await make(`/api/v2/workspaces/${workspace}/notification-configurations`, {
    attributes: { name: 'n', enabled: false, 'destination-type': 'generic', url: 'https://example.com/' },
  });
  const path = `/api/v2/notification-configurations/${id}`;
  const parts = [{ name: 'new' }, { triggers: ['run:errored'] }, { url: 'https://example.com/other' }];
  const answers = await Promise.all(
    parts.map(async (attributes) => await call('PATCH', path, { attributes })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await attributesOf(path)).toMatchObject(Object.assign({}, ...parts) as object);
});
