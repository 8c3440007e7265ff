import { IDS } from './fake-resources.ts';
import { body, call, type ToolCall } from './tool-call.ts';

const { workspace: ws, project, agentPool: pool, agent, sshKey, notification } = IDS;
const OTHER_WORKSPACE = 'ws-ZbCdEfGhIjKlMnOp';
const TAG = 'tag-AbCdEfGhIjKlMnOp';
const workspaces = (...ids: string[]): string =>
  JSON.stringify({ data: ids.map((id) => ({ type: 'workspaces', id })) });
const links = (what: string, change: object, ...requests: string[]): ToolCall =>
  call('change_workspace_links', { workspace_id: ws, what, ...change }, ...requests);

/** Links of workspaces and organizations, each tool once. */
export const LINK_CALLS: readonly ToolCall[] = [
  links(
    'state_readers',
    { add: [OTHER_WORKSPACE], remove: [ws] },
    `POST workspaces/${ws}/relationships/remote-state-consumers ${workspaces(OTHER_WORKSPACE)}`,
    `DELETE workspaces/${ws}/relationships/remote-state-consumers ${workspaces(ws)}`,
  ),
  call(
    'test_notification',
    { notification_id: notification },
    `POST notification-configurations/${notification}/actions/verify`,
  ),
  call('delete_related', { ssh_key_id: sshKey }, `GET ssh-keys/${sshKey}`, `DELETE ssh-keys/${sshKey}`),
  call(
    'delete_organization_tags',
    { organization: 'acme', tags: [TAG] },
    `DELETE organizations/acme/tags ${JSON.stringify({ data: [{ type: 'tags', id: TAG }] })}`,
  ),
];

export const POOL_CALL: ToolCall = call(
  'set_agent_pool',
  { organization: 'acme', name: 'racks', organization_scoped: false, allowed_workspace_ids: [ws] },
  `POST organizations/acme/agent-pools ${body('agent-pools', {
    attributes: { name: 'racks', 'organization-scoped': false },
    relationships: { 'allowed-workspaces': { data: [{ type: 'workspaces', id: ws }] } },
  })}`,
);

export const STORE_CALL: ToolCall = call(
  'order_provider',
  { provider_store_id: IDS.providerStore, kind: 'pin', address: 'a.test/b/c', version: '1.0.0' },
  `POST provider-stores/${IDS.providerStore}/orders ${body('provider-store-orders', {
    attributes: { kind: 'pin', address: 'a.test/b/c', version: '1.0.0' },
  })}`,
);

const tags = (...names: string[]): string =>
  JSON.stringify({ data: names.map((name) => ({ type: 'tags', attributes: { name } })) });
const bindings = (...attributes: object[]): string =>
  JSON.stringify({ data: attributes.map((each) => ({ type: 'tag-bindings', attributes: each })) });

/** Other arguments of these tools, and of `list_related` with other owners. */
export const OTHER_LINK_CALLS: readonly ToolCall[] = [
  links(
    'run_triggers',
    { add: [OTHER_WORKSPACE], remove: [ws] },
    ...['1', '2'].map(
      (page) =>
        `GET workspaces/${ws}/run-triggers?page[number]=${page}&page[size]=100&filter[run-trigger][type]=inbound`,
    ),
    `POST workspaces/${ws}/run-triggers ${body('run-triggers', { relationships: { sourceable: { data: { type: 'workspaces', id: OTHER_WORKSPACE } } } })}`,
    'DELETE run-triggers/rt-1',
  ),
  links(
    'ssh_key',
    { add: [sshKey] },
    `PATCH workspaces/${ws}/relationships/ssh-key ${body('workspaces', { attributes: { id: sshKey } })}`,
  ),
  links(
    'ssh_key',
    { remove: [sshKey] },
    `PATCH workspaces/${ws}/relationships/ssh-key ${body('workspaces', { attributes: { id: null } })}`,
  ),
  links(
    'tags',
    { add: ['web'], remove: ['old'] },
    `POST workspaces/${ws}/relationships/tags ${tags('web')}`,
    `DELETE workspaces/${ws}/relationships/tags ${tags('old')}`,
  ),
  links(
    'tag_bindings',
    { add: ['env=a=b'], remove: ['team'] },
    `PATCH workspaces/${ws}/tag-bindings ${bindings({ key: 'env', value: 'a=b' })}`,
    `DELETE workspaces/${ws}/relationships/tag-bindings ${bindings({ key: 'team' })}`,
  ),
  call('delete_related', { agent_pool_id: pool }, `GET agent-pools/${pool}`, `DELETE agent-pools/${pool}`),
  call('delete_related', { agent_id: agent }, `GET agents/${agent}`, `DELETE agents/${agent}`),
  call(
    'delete_related',
    { notification_id: notification },
    `GET notification-configurations/${notification}`,
    `DELETE notification-configurations/${notification}`,
  ),
  call(
    'test_notification',
    { notification_id: notification, enable: true },
    `POST notification-configurations/${notification}/actions/enable`,
  ),
  call(
    'set_agent_pool',
    { agent_pool_id: pool, excluded_workspace_ids: [ws] },
    `PATCH agent-pools/${pool} ${body('agent-pools', {
      id: pool,
      attributes: {},
      relationships: { 'excluded-workspaces': { data: [{ type: 'workspaces', id: ws }] } },
    })}`,
  ),
  call(
    'list_related',
    { what: 'tags_in_force', project_id: project },
    `GET projects/${project}/effective-tag-bindings`,
  ),
  call(
    'list_related',
    { what: 'variable_sets', project_id: project },
    `GET projects/${project}/varsets?page[number]=1&page[size]=100`,
  ),
  ...(['project', 'team'] as const).map((owner) =>
    call(
      'list_related',
      { what: 'notifications', [`${owner}_id`]: IDS[owner] },
      `GET ${owner}s/${IDS[owner]}/notification-configurations?page[number]=1&page[size]=100`,
    ),
  ),
];
