import { RELATED_KINDS } from '../tools/list-related.ts';
import { IDS } from './fake-resources.ts';
import { body, call, type ToolCall } from './tool-call.ts';

const { workspace: ws, project, run, team, token, user, agentPool: pool, providerStore: store } = IDS;
const PAGE = 'page[number]=1&page[size]=20';
const ALL = 'page[number]=1&page[size]=100';
/** The fake platform claims two pages. */
const twice = (path: string): string[] =>
  ['1', '2'].map((page) => `GET ${path}`.replace('page[number]=1', `page[number]=${page}`));
const GRANTS = twice(`team-workspaces?${ALL}&filter[workspace][id]=${ws}`);
const PROJECT_GRANTS = twice(`team-projects?${ALL}&filter[project][id]=${project}`);
const TEAM = `GET teams/${team}`;
const OTHER_TEAM = 'team-ZbCdEfGhIjKlMnOp';
const users = (name: string): string => JSON.stringify({ data: [{ type: 'users', id: name }] });

const granted = (teamId: string, kind: 'workspace' | 'project', id: string): string =>
  body(`team-${kind}s`, {
    attributes: { access: 'read' },
    relationships: {
      team: { data: { type: 'teams', id: teamId } },
      [kind]: { data: { type: `${kind}s`, id } },
    },
  });

/** Teams, their access, members and tokens, each tool once. */
export const ACCESS_CALLS: readonly ToolCall[] = [
  call('list_teams', { organization: 'acme', q: 'ops' }, `GET organizations/acme/teams?${PAGE}&q=ops`),
  call(
    'create_team',
    { organization: 'acme', name: 'ops', params: { organization_access: { 'manage-workspaces': true } } },
    `POST organizations/acme/teams ${body('teams', { attributes: { 'organization-access': { 'manage-workspaces': true }, name: 'ops' } })}`,
  ),
  call(
    'update_team',
    { team_id: team, params: { visibility: 'secret' } },
    `PATCH teams/${team} ${body('teams', { id: team, attributes: { visibility: 'secret' } })}`,
  ),
  call(
    'change_team_members',
    { team_id: team, add: ['ann'], remove: ['bob'] },
    TEAM,
    `POST teams/${team}/relationships/users ${users('ann')}`,
    `DELETE teams/${team}/relationships/users ${users('bob')}`,
  ),
  call('delete_team', { team_id: team }, TEAM, `DELETE teams/${team}`),
  call(
    'list_team_access',
    { workspace_id: ws },
    `GET team-workspaces?${PAGE}&filter[workspace][id]=${ws}`,
    TEAM,
  ),
  call(
    'set_team_access',
    { team_id: team, workspace_id: ws, access: 'write' },
    ...GRANTS,
    TEAM,
    `PATCH team-workspaces/tworkspace-1 ${body('team-workspaces', { id: 'tworkspace-1', attributes: { access: 'write' } })}`,
  ),
  call(
    'remove_team_access',
    { team_id: team, workspace_id: ws },
    ...GRANTS,
    TEAM,
    'DELETE team-workspaces/tworkspace-1',
  ),
  call(
    'list_organization_members',
    { organization: 'acme' },
    `GET organizations/acme/organization-memberships?${PAGE}&include=user`,
  ),
  call('list_tokens', { user_id: user }, `GET users/${user}/authentication-tokens?${PAGE}`),
  call(
    'revoke_token',
    { token_id: token },
    `GET authentication-tokens/${token}`,
    `DELETE authentication-tokens/${token}`,
  ),
];

type RelatedKind = (typeof RELATED_KINDS)[number];

/** The expected path of each kind of `list_related`, without the page. */
const RELATED_PATHS: Readonly<Record<RelatedKind, readonly [args: object, path: string, query?: string]>> = {
  run_events: [{ run_id: run }, `runs/${run}/run-events?include=actor`, ''],
  policy_checks: [{ run_id: run }, `runs/${run}/policy-checks`],
  task_stages: [{ run_id: run }, `runs/${run}/task-stages`],
  workspace_tasks: [{ workspace_id: ws }, `workspaces/${ws}/tasks`],
  run_tasks: [{ organization: 'acme' }, 'organizations/acme/tasks'],
  configuration_versions: [{ workspace_id: ws }, `workspaces/${ws}/configuration-versions`],
  variables_in_force: [{ workspace_id: ws }, `workspaces/${ws}/all-vars`, ''],
  tags_in_force: [{ workspace_id: ws }, `workspaces/${ws}/effective-tag-bindings`, ''],
  policy_sets: [{ organization: 'acme' }, 'organizations/acme/policy-sets'],
  price_books: [{ organization: 'acme' }, 'organizations/acme/price-books'],
  variable_sets: [{ workspace_id: ws }, `workspaces/${ws}/varsets`],
  tags: [{ workspace_id: ws }, `workspaces/${ws}/relationships/tags`],
  tag_bindings: [{ workspace_id: ws }, `workspaces/${ws}/tag-bindings`],
  run_triggers_in: [
    { workspace_id: ws },
    `workspaces/${ws}/run-triggers`,
    `?${ALL}&filter[run-trigger][type]=inbound`,
  ],
  run_triggers_out: [
    { workspace_id: ws },
    `workspaces/${ws}/run-triggers`,
    `?${ALL}&filter[run-trigger][type]=outbound`,
  ],
  state_readers: [{ workspace_id: ws }, `workspaces/${ws}/relationships/remote-state-consumers`],
  notifications: [{ workspace_id: ws }, `workspaces/${ws}/notification-configurations`],
  run_queue: [{ organization: 'acme' }, 'organizations/acme/runs/queue'],
  agent_pools: [{ organization: 'acme' }, 'organizations/acme/agent-pools'],
  organization_tags: [{ organization: 'acme' }, 'organizations/acme/tags'],
  ssh_keys: [{ organization: 'acme' }, 'organizations/acme/ssh-keys'],
  agents: [{ agent_pool_id: pool }, `agent-pools/${pool}/agents`],
  provider_stores: [{ agent_pool_id: pool }, `agent-pools/${pool}/provider-stores`],
  kept_providers: [{ provider_store_id: store }, `provider-stores/${store}/kept-providers`],
  provider_orders: [{ provider_store_id: store }, `provider-stores/${store}/orders`],
};

/** `list_related` with everything that it lists. */
export const RELATED_CALLS: readonly ToolCall[] = RELATED_KINDS.map((what) => {
  const [args, path, query = `?${ALL}`] = RELATED_PATHS[what];
  return call('list_related', { what, ...args }, `GET ${path}${query}`);
});

/** Tools with other paths, which depend on their arguments. */
export const OTHER_CALLS: readonly ToolCall[] = [
  call(
    'list_team_access',
    { project_id: project },
    `GET team-projects?${PAGE}&filter[project][id]=${project}`,
    TEAM,
  ),
  call(
    'set_team_access',
    { team_id: team, project_id: project, access: 'maintain' },
    ...PROJECT_GRANTS,
    TEAM,
    `PATCH team-projects/tproject-1 ${body('team-projects', { id: 'tproject-1', attributes: { access: 'maintain' } })}`,
  ),
  call(
    'set_team_access',
    { team_id: OTHER_TEAM, workspace_id: ws, access: 'read' },
    ...GRANTS,
    `GET teams/${OTHER_TEAM}`,
    `POST team-workspaces ${granted(OTHER_TEAM, 'workspace', ws)}`,
  ),
  call(
    'set_team_access',
    { team_id: OTHER_TEAM, project_id: project, access: 'read' },
    ...PROJECT_GRANTS,
    `GET teams/${OTHER_TEAM}`,
    `POST team-projects ${granted(OTHER_TEAM, 'project', project)}`,
  ),
  call(
    'remove_team_access',
    { team_id: team, project_id: project },
    ...PROJECT_GRANTS,
    TEAM,
    'DELETE team-projects/tproject-1',
  ),
  call('list_tokens', { team_id: team }, `GET teams/${team}/authentication-tokens?${PAGE}`),
  call('list_tokens', { agent_pool_id: pool }, `GET agent-pools/${pool}/authentication-tokens?${PAGE}`),
  call('list_tokens', { organization: 'acme' }, `GET organizations/acme/team-tokens?${PAGE}`),
  call('get_workspace_details', { workspace_id: ws }, `GET workspaces/${ws}`),
];
