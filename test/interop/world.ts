/** An organization with one of most things in it, and three accounts with different permissions. */
import { packFiles } from '../runner/configuration-archive.ts';
import { ADMIN_TOKEN, type Server } from './server.ts';

/** The configuration that the generated clients and the world use. */
export const CONFIGURATION = packFiles({
  'main.tf': `
    variable "names" {
      type    = list(string)
      default = ["one"]
    }
    resource "terraform_data" "thing" {
      for_each = toset(var.names)
      input    = each.key
    }
    output "names" { value = [for thing in terraform_data.thing : thing.output] }`,
});

export interface World {
  /** The ids of the existing resources, by type. */
  ids: Record<string, string[]>;
  /** Resources that must not change while requests are generated. */
  keep: string[];
  /** Tokens with three levels of permission. */
  tokens: { administrator: string; member: string; reader: string };
}

interface Resource {
  id: string;
  attributes: Record<string, unknown>;
  relationships: Record<string, { data: { id: string } }>;
}

export async function makeWorld({ url }: Server): Promise<World> {
  const ids: Record<string, string[]> = {};
  const call = async <Data>(
    method: string,
    path: string,
    data?: object,
    token = ADMIN_TOKEN,
  ): Promise<Data> => {
    const response = await fetch(`${url}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.api+json' },
      body: data === undefined ? null : JSON.stringify({ data }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text).data) as Data;
  };
  const make = async (
    path: string,
    type: string,
    attributes: object,
    relationships = {},
  ): Promise<Resource> => {
    const made = await call<Resource>('POST', path, { type, attributes, relationships });
    (ids[type] ??= []).push(made.id);
    return made;
  };
  const to = (type: string, id: string) => ({ data: { type, id } });

  const organization = 'contract';
  const own = `/organizations/${organization}`;
  await make('/organizations', 'organizations', { name: organization, email: 'platform@example.com' });
  const project = await make(`${own}/projects`, 'projects', { name: 'network' });
  const workspace = await make(
    `${own}/workspaces`,
    'workspaces',
    { name: 'live', 'tag-names': [] },
    { project: to('projects', project.id) },
  );
  const other = await make(`${own}/workspaces`, 'workspaces', { name: 'other' });
  const team = await make(`${own}/teams`, 'teams', { name: 'readers' });
  await make(
    '/team-workspaces',
    'team-workspaces',
    { access: 'read' },
    { team: to('teams', team.id), workspace: to('workspaces', workspace.id) },
  );
  await make(
    '/team-projects',
    'team-projects',
    { access: 'read' },
    { team: to('teams', team.id), project: to('projects', project.id) },
  );
  await make(`/workspaces/${workspace.id}/vars`, 'vars', { key: 'size', value: '1', category: 'terraform' });
  await make(`${own}/varsets`, 'varsets', { name: 'shared', global: false });
  await make(`${own}/agent-pools`, 'agent-pools', { name: 'racks' });
  await make(
    `/workspaces/${other.id}/run-triggers`,
    'run-triggers',
    {},
    { sourceable: to('workspaces', workspace.id) },
  );
  await make(`/workspaces/${workspace.id}/notification-configurations`, 'notification-configurations', {
    name: 'hook',
    'destination-type': 'generic',
    enabled: false,
    url: `${url}/ping`,
  });
  const version = await make(`/workspaces/${workspace.id}/configuration-versions`, 'configuration-versions', {
    'auto-queue-runs': false,
  });
  await fetch(String(version.attributes['upload-url']), { method: 'PUT', body: CONFIGURATION });
  const run = await make('/runs', 'runs', {}, { workspace: to('workspaces', workspace.id) });
  await make(`/runs/${run.id}/comments`, 'comments', { body: 'Well' });

  const invitation = await make(`${own}/organization-memberships`, 'organization-memberships', {
    email: 'member@example.com',
  });
  const memberId = invitation.relationships['user']?.data.id ?? '';
  // A user made by the invitation becomes a member with the first use of a token.
  const member = await call<Resource>('POST', `/users/${memberId}/authentication-tokens`, {
    type: 'authentication-tokens',
    attributes: { description: 'of a rank' },
  });
  const reader = await make(`/teams/${team.id}/authentication-tokens`, 'authentication-tokens', {
    description: 'of a rank',
  });
  const me = await call<Resource>('GET', '/account/details');
  const mine = await call<Resource[]>('GET', `/users/${me.id}/authentication-tokens`);
  ids['users'] = [me.id, memberId];
  return {
    ids,
    keep: [...Object.values(ids).flat(), member.id, ...mine.map(({ id }) => id)],
    tokens: {
      administrator: ADMIN_TOKEN,
      member: String(member.attributes['token']),
      reader: String(reader.attributes['token']),
    },
  };
}
