/**
 * A successful call of each endpoint that changes teams, memberships or tokens, for tests that go over every endpoint.
 */
import { createOrganization, readyWorkspace, uniqueName } from './scenario.ts';
import type { ApiAnswer, TestServer } from './server.ts';

type Calls = Record<string, () => Promise<ApiAnswer>>;

const at = (path: string): string => `/api/v2/${path}`;
const attributes = (values: object) => ({ data: { attributes: values } });
const reference = (id: string) => ({ data: { id } });

/** @param current returns the server of the test, which starts only after this table is made */
export function accessCalls(current: () => TestServer): Calls {
  const call = async (method: string, path: string, body?: unknown) =>
    await current().call(method, at(path), body);
  const newTeam = async () => {
    const { organization, workspaceId } = await readyWorkspace(current());
    const values = attributes({ name: uniqueName('team') });
    const answer = await call('POST', `organizations/${organization}/teams`, values);
    return { organization, workspaceId, answer, id: answer.body.data.id };
  };
  const newMember = async () => {
    const { organization, id } = await newTeam();
    const username = uniqueName('member');
    await current().addUser(username, [organization], { as: 'member' });
    const path = `organizations/${organization}/organization-memberships?q=${username}`;
    const membership = (await call('GET', path)).body.data[0]?.id ?? '';
    return { id, username, membership };
  };
  const grant = async (kind: 'workspace' | 'project') => {
    const { id, workspaceId } = await newTeam();
    const workspace = await call('GET', `workspaces/${workspaceId}`);
    const target =
      kind === 'workspace' ? workspaceId : workspace.body.data.relationships['project']?.data?.id;
    const answer = await call('POST', `team-${kind}s`, {
      data: {
        attributes: { access: 'read' },
        relationships: { team: reference(id), [kind]: reference(target ?? '') },
      },
    });
    return { answer, path: `team-${kind}s/${answer.body.data.id}` };
  };
  const invite = async (email = `${uniqueName('invited')}@example.com`): Promise<ApiAnswer> => {
    const { organization, id } = await newTeam();
    return await call('POST', `organizations/${organization}/organization-memberships`, {
      data: {
        attributes: { email },
        relationships: { teams: { data: [{ type: 'teams', id }] } },
      },
    });
  };
  const acceptInvitation = async (): Promise<ApiAnswer> => {
    const username = uniqueName('asked');
    const secret = await current().addUser(username, []);
    const invited = await invite(`${username}@example.com`);
    const path = at(`organization-memberships/${invited.body.data.id}/actions/accept`);
    return await current().call('POST', path, undefined, secret);
  };
  const users = (username: string) => ({ data: [{ type: 'users', id: username }] });
  const memberships = (id: string) => ({ data: [{ type: 'organization-memberships', id }] });

  return {
    'PATCH /api/v2/account/update': async () =>
      await call('PATCH', 'account/update', attributes({ email: `${uniqueName('admin')}@example.com` })),
    'POST /api/v2/organizations/:organization/authentication-token': async () =>
      await call('POST', `organizations/${await createOrganization(current())}/authentication-token`),
    'DELETE /api/v2/organizations/:organization/authentication-token': async () => {
      const path = `organizations/${await createOrganization(current())}/authentication-token`;
      await call('POST', path);
      return await call('DELETE', path);
    },
    'POST /api/v2/teams/:id/authentication-token': async () =>
      await call('POST', `teams/${(await newTeam()).id}/authentication-token`),
    'DELETE /api/v2/teams/:id/authentication-token': async () => {
      const path = `teams/${(await newTeam()).id}/authentication-token`;
      await call('POST', path);
      return await call('DELETE', path);
    },
    'POST /api/v2/teams/:id/authentication-tokens': async () =>
      await call(
        'POST',
        `teams/${(await newTeam()).id}/authentication-tokens`,
        attributes({ description: 'ci' }),
      ),
    'DELETE /api/v2/organizations/:organization/team-tokens': async () => {
      const { id, organization } = await newTeam();
      const token = await call('POST', `teams/${id}/authentication-token`);
      const data = [{ type: 'authentication-tokens', id: token.body.data.id }];
      return await call('DELETE', `organizations/${organization}/team-tokens`, { data });
    },
    'POST /api/v2/organizations/:organization/teams': async () => (await newTeam()).answer,
    'PATCH /api/v2/teams/:id': async () =>
      await call('PATCH', `teams/${(await newTeam()).id}`, attributes({ name: uniqueName('renamed') })),
    'DELETE /api/v2/teams/:id': async () => await call('DELETE', `teams/${(await newTeam()).id}`),
    'POST /api/v2/teams/:id/relationships/users': async () => {
      const { id, username } = await newMember();
      return await call('POST', `teams/${id}/relationships/users`, users(username));
    },
    'DELETE /api/v2/teams/:id/relationships/users': async () => {
      const { id, username } = await newMember();
      await call('POST', `teams/${id}/relationships/users`, users(username));
      return await call('DELETE', `teams/${id}/relationships/users`, users(username));
    },
    'POST /api/v2/teams/:id/relationships/organization-memberships': async () => {
      const { id, membership } = await newMember();
      const path = `teams/${id}/relationships/organization-memberships`;
      return await call('POST', path, memberships(membership));
    },
    'DELETE /api/v2/teams/:id/relationships/organization-memberships': async () => {
      const { id, membership } = await newMember();
      const path = `teams/${id}/relationships/organization-memberships`;
      await call('POST', path, memberships(membership));
      return await call('DELETE', path, memberships(membership));
    },
    'POST /api/v2/organizations/:organization/organization-memberships': async () => await invite(),
    'POST /api/v2/organization-memberships/:id/actions/accept': acceptInvitation,
    'DELETE /api/v2/organization-memberships/:id': async () =>
      await call('DELETE', `organization-memberships/${(await invite()).body.data.id}`),
    ...Object.fromEntries(
      (['workspace', 'project'] as const).flatMap((kind) => [
        [`POST /api/v2/team-${kind}s`, async () => (await grant(kind)).answer],
        [
          `PATCH /api/v2/team-${kind}s/:id`,
          async () => await call('PATCH', (await grant(kind)).path, attributes({ access: 'admin' })),
        ],
        [`DELETE /api/v2/team-${kind}s/:id`, async () => await call('DELETE', (await grant(kind)).path)],
      ]),
    ),
  };
}
