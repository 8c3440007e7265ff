/** The bodies that tests of all routes send. */
import { SUBSCRIBABLES } from '../../src/server/notifications/subscribables.ts';
import { SMALL_BOOK } from './check-scene.ts';
import { runBody, uniqueName } from './scenario.ts';
import { KEPT } from './store-scene.ts';

type Ids = Readonly<Record<string, string>>;

interface Scene {
  /** Ids of existing resources, by kind. */
  ids: Ids;
  /** A team that everybody in the organization sees. */
  openTeam: string;
}

/** Returns a body that passes the schema, so that the answer depends only on permissions. */
export function bodyFor(method: string, url: string, owner: string | null, scene: Scene): unknown {
  const { ids, openTeam } = scene;
  const relationships = {
    workspace: { data: { type: 'workspaces', id: ids['workspaces'] } },
    project: { data: { type: 'projects', id: ids['projects'] } },
    team: { data: { type: 'teams', id: openTeam } },
    teams: { data: [{ type: 'teams', id: ids['teams'] }] },
    'rollback-state-version': { data: { type: 'state-versions', id: ids['state-versions'] } },
  };
  const attributes = {
    name: uniqueName('made'),
    email: 'somebody@example.com',
    body: 'text',
    description: 'd',
  };
  const document = { data: { attributes, relationships } };
  if (url.includes('/relationships/users')) return { data: [{ id: 'bystander' }] };
  if (method !== 'GET' && url.includes('/relationships/organization-memberships')) {
    return { data: [{ id: ids['organization-memberships'] }] };
  }
  const made = BODIES[`${method} ${url} of ${owner}`] ?? BODIES[`${method} ${url}`];
  if (made !== undefined) return made(ids);
  if (method === 'POST' && url === '/api/v2/runs') return runBody(ids['workspaces'] ?? '');
  const membersOf = /policy-sets\/:id\/relationships\/(workspace|project|polic)/.exec(url)?.[1];
  if (membersOf !== undefined) return { data: [{ id: ids[MEMBERS[membersOf] ?? ''] }] };
  if (url.includes('/actions/')) return {};
  if (method === 'PATCH')
    return { data: { attributes: { description: 'changed', name: 'Changed' }, relationships } };
  return method === 'POST' ? document : undefined;
}

const MEMBERS: Record<string, string> = { workspace: 'workspaces', project: 'projects', polic: 'policies' };

const data = (value: unknown) => (): object => ({ data: value });
const variableBody = data({ attributes: { key: 'y', value: 'v', category: 'env' } });
const bindingsBody = data([{ type: 'tag-bindings', attributes: { key: 'team', value: 'web' } }]);
const notificationBody = data({
  attributes: { name: 'one', 'destination-type': 'generic', url: 'https://example.com', enabled: false },
});
const workspacesBody = (ids: Ids): object => ({ data: [{ type: 'workspaces', id: ids['workspaces'] }] });
const projectsBody = (ids: Ids): object => ({ data: [{ type: 'projects', id: ids['projects'] }] });

const PROVIDER_VERSIONS =
  '/api/v2/organizations/:organization/registry-providers/:registry/:namespace/:provider/versions';

/** Bodies for routes that the usual body does not fit. */
const BODIES: Record<string, (ids: Ids) => object> = {
  'POST /api/v2/provider-stores/:id/orders': () => {
    const { address, version } = KEPT;
    return { data: { attributes: { kind: 'prefetch', address, version } } };
  },
  'POST /api/v2/organizations/:organization/registry-modules': data({
    attributes: { name: 'made', provider: 'aws' },
  }),
  ...Object.fromEntries(
    [
      '/api/v2/organizations/:organization/registry-modules/:registry/:namespace/:module/:provider/versions',
      '/api/v2/registry-modules/:organization/:module/:provider/versions',
    ].map((url) => [`POST ${url}`, data({ attributes: { version: '9.0.0' } })]),
  ),
  'POST /api/v2/organizations/:organization/registry-providers': data({ attributes: { name: 'made' } }),
  [`POST ${PROVIDER_VERSIONS}`]: (ids) => ({
    data: { attributes: { version: '9.0.0', 'key-id': ids['gpg-keys'] } },
  }),
  [`POST ${PROVIDER_VERSIONS}/:version/platforms`]: data({
    attributes: { os: 'linux', arch: 'arm64', shasum: '0'.repeat(64), filename: 'x' },
  }),
  'POST /api/registry/private/v2/gpg-keys': (ids) => ({
    data: { attributes: { namespace: ids['namespaces'], 'ascii-armor': 'no key' } },
  }),
  'PATCH /api/registry/private/v2/gpg-keys/:namespace/:key': (ids) => ({
    data: { attributes: { namespace: ids['namespaces'] } },
  }),
  'POST /api/v2/admin/users': () => ({
    data: { attributes: { username: uniqueName('user'), email: 'new@example.com' } },
  }),
  // The confirmation differs, so that no time is spent on hashing a password.
  'PATCH /api/v2/account/password': data({
    attributes: { password: 'a password that is long', password_confirmation: 'another' },
  }),
  'PATCH /api/v2/admin/general-settings': data({ attributes: { 'api-rate-limiting-enabled': true } }),
  ...Object.fromEntries(
    SUBSCRIBABLES.map((kind) => [`POST /api/v2/${kind}/:id/notification-configurations`, notificationBody]),
  ),
  'POST /api/v2/workspaces/:id/state-versions': data({
    attributes: { serial: 9, md5: 'd41d8cd98f00b204e9800998ecf8427e', lineage: 'x' },
  }),
  'POST /api/v2/policy-sets/:id/parameters': data({ attributes: { key: 'new', value: 'v' } }),
  'PATCH /api/v2/policy-sets/:id': data({ attributes: { name: 'changed' } }),
  'POST /api/v2/organizations/:organization/price-books': data({
    attributes: { name: 'new', document: SMALL_BOOK },
  }),
  'POST /api/v2/organizations/:organization/tasks': data({
    attributes: { name: 'new', url: 'https://example.com', enabled: false },
  }),
  'POST /api/v2/workspaces/:id/tasks': (ids) => ({
    data: {
      attributes: { stages: ['post_plan'] },
      relationships: { task: { data: { type: 'tasks', id: ids['tasks'] } } },
    },
  }),
  'PATCH /api/v2/workspaces/:id/tasks/:task': data({ attributes: { stages: ['pre_plan'] } }),
  'POST /api/v2/organizations/:organization/ssh-keys': data({ attributes: { name: 'new', value: 'a key' } }),
  'PATCH /api/v2/workspaces/:id/relationships/ssh-key': (ids) => ({
    data: { type: 'workspaces', attributes: { id: ids['ssh-keys'] } },
  }),
  'POST /api/v2/workspaces/:id/vars': variableBody,
  'POST /api/v2/varsets/:id/relationships/vars': variableBody,
  'POST /api/v2/vars': (ids) => ({
    data: {
      attributes: { key: 'z', value: 'v', category: 'env' },
      relationships: { workspace: { data: { type: 'workspaces', id: ids['workspaces'] } } },
    },
  }),
  'POST /api/v2/workspaces/:id/run-triggers': (ids) => ({
    // A workspace as its own source is refused after the permission check; other sources need permissions of their own.
    data: { relationships: { sourceable: { data: { type: 'workspaces', id: ids['workspaces'] } } } },
  }),
  'PUT /api/v2/varsets/:id': data({ attributes: { name: 'renamed' } }),
  'POST /api/v2/varsets/:id': data({ attributes: { name: 'renamed' } }),
  'PUT /api/v2/organizations/:organization': data({ attributes: { email: 'b@example.com' } }),
  'PATCH /api/v2/workspaces/:id/relationships/vars': (ids) => ({
    data: [{ type: 'vars', id: ids['vars'], attributes: { value: 'changed' } }],
  }),
  'DELETE /api/v2/organizations/:organization/team-tokens': data([]),
  'POST /api/v2/organizations/:organization/varsets of projects': (ids) => ({
    data: {
      attributes: { name: uniqueName('set') },
      relationships: { parent: { data: { type: 'projects', id: ids['projects'] } } },
    },
  }),
  'POST /api/v2/workspaces/:id/relationships/tags': data([{ type: 'tags', attributes: { name: 'new' } }]),
  'DELETE /api/v2/workspaces/:id/relationships/tags': data([{ type: 'tags', attributes: { name: 'a-tag' } }]),
  'DELETE /api/v2/organizations/:organization/tags': (ids) => ({ data: [{ type: 'tags', id: ids['tags'] }] }),
  'POST /api/v2/tags/:id/relationships/workspaces': workspacesBody,
  'PATCH /api/v2/workspaces/:id/tag-bindings': bindingsBody,
  'PATCH /api/v2/projects/:id/tag-bindings': bindingsBody,
  ...Object.fromEntries(
    ['workspaces', 'projects'].flatMap((kind) =>
      ['POST', 'PATCH', 'DELETE'].map((method) => [
        `${method} /api/v2/${kind}/:id/relationships/tag-bindings`,
        bindingsBody,
      ]),
    ),
  ),
  ...Object.fromEntries(
    ['POST', 'DELETE'].flatMap((method) => [
      [`${method} /api/v2/varsets/:id/relationships/workspaces`, workspacesBody],
      [`${method} /api/v2/varsets/:id/relationships/projects`, projectsBody],
    ]),
  ),
  ...Object.fromEntries(
    ['POST', 'PATCH', 'DELETE'].map((method) => [
      `${method} /api/v2/workspaces/:id/relationships/remote-state-consumers`,
      workspacesBody,
    ]),
  ),
  'POST /api/v2/projects/:id/relationships/workspaces': workspacesBody,
};
