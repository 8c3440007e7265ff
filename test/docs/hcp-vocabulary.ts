/**
 * What clients of HCP Terraform and Terraform Enterprise send to the endpoints that are served here, by endpoint:
 * attributes, and relationships after `→`. Attributes that appear only in answers are left out.
 */
const workspace = [
  ...['agent-pool-id', 'allow-destroy-plan', 'assessments-enabled', 'auto-apply', 'auto-apply-run-trigger'],
  ...['auto-destroy-at', 'auto-destroy-activity-duration', 'inherits-project-auto-destroy', 'description'],
  ...['execution-mode', 'file-triggers-enabled', 'global-remote-state', 'project-remote-state', 'name'],
  ...['operations', 'queue-all-runs', 'speculative-enabled', 'structured-run-output-enabled'],
  ...['terraform-version', 'trigger-prefixes', 'trigger-patterns', 'vcs-repo', 'working-directory'],
  ...['setting-overwrites', 'hyok-enabled', 'source-name', 'source-url', 'migration-environment'],
  ...['→ project', '→ tag-bindings'],
];
const organization = [
  ...['name', 'email', 'assessments-enforced', 'session-remember', 'session-timeout'],
  ...['collaborator-auth-policy', 'cost-estimation-enabled', 'owners-team-saml-role-id'],
  'send-passing-statuses-for-untriggered-speculative-plans',
  ...['aggregated-commit-status-enabled', 'speculative-plan-management-enabled'],
  ...['allow-force-delete-workspaces', 'default-execution-mode', 'enforce-hyok', 'stacks-enabled'],
  ...['registry-monorepo-support-enabled', 'user-tokens-enabled', 'max-ttl-enabled'],
  ...['global-module-sharing', 'global-provider-sharing', 'recoverable-items-enabled', 'saml-enabled'],
  ...['stacks-default-execution-mode', '→ default-agent-pool', '→ stacks-default-agent-pool'],
  ...[
    '→ data-retention-policy',
    '→ primary-hyok-configuration',
    '→ module-producers',
    '→ provider-producers',
  ],
];
const project = [
  ...['name', 'description', 'auto-destroy-activity-duration', 'default-execution-mode'],
  ...['default-agent-pool-id', 'setting-overwrites', 'stacks-default-execution-mode', '→ tag-bindings'],
];
const variable = ['key', 'value', 'description', 'category', 'hcl', 'sensitive'];
const set = ['name', 'description', 'global', 'priority', '→ workspaces', '→ projects', '→ vars', '→ stacks'];
const team = ['name', 'sso-team-id', 'organization-access', 'visibility', 'allow-member-token-management'];
const workspaceAccess = [
  ...['access', 'runs', 'variables', 'state-versions', 'sentinel-mocks', 'workspace-locking', 'run-tasks'],
  'policy-overrides',
];
const projectAccess = ['access', 'project-access', 'workspace-access'];
const pool = [
  'name',
  'organization-scoped',
  '→ allowed-workspaces',
  '→ allowed-projects',
  '→ excluded-workspaces',
];
const notification = ['enabled', 'name', 'token', 'triggers', 'url', 'email-addresses', '→ users'];
const token = ['description', 'expired-at'];
const policy = ['name', 'kind', 'query', 'description', 'enforce', 'enforcement-level', '→ policy-sets'];
const policySet = [
  ...['name', 'description', 'global', 'kind', 'overridable', 'agent-enabled', 'policy-tool-version'],
  ...['policies-path', 'policy-update-patterns', 'vcs-repo', 'tag-selectors', '→ policies', '→ workspaces'],
  ...['→ projects', '→ workspace-exclusions', '→ project-exclusions'],
];
const parameter = ['key', 'value', 'category', 'sensitive'];
const runTask = [
  ...['name', 'url', 'description', 'category', 'hmac-key', 'enabled', 'global-configuration'],
  '→ agent-pool',
];
const workspaceTask = ['enforcement-level', 'stage', 'stages', '→ task'];
const modules = '/organizations/:organization/registry-modules';
const providers = '/organizations/:organization/registry-providers';
const providerVersions = `${providers}/:registry/:namespace/:provider/versions`;

export const HCP_SENT: Readonly<Record<string, readonly string[]>> = {
  'POST /organizations': organization,
  'PATCH /organizations/:organization': organization,
  'POST /organizations/:organization/projects': project,
  'PATCH /projects/:id': project,
  'POST /organizations/:organization/workspaces': [...workspace, '→ tags'],
  'PATCH /workspaces/:id': workspace,
  'POST /workspaces/:id/vars': variable,
  'PATCH /workspaces/:id/vars/:variable': variable,
  'POST /organizations/:organization/varsets': [...set, '→ parent'],
  'PATCH /varsets/:id': set,
  'POST /varsets/:id/relationships/vars': variable,
  'POST /organizations/:organization/teams': team,
  'PATCH /teams/:id': team,
  'POST /team-workspaces': [...workspaceAccess, '→ team', '→ workspace'],
  'PATCH /team-workspaces/:id': workspaceAccess,
  'POST /team-projects': [...projectAccess, '→ team', '→ project'],
  'PATCH /team-projects/:id': projectAccess,
  'POST /organizations/:organization/agent-pools': pool,
  'PATCH /agent-pools/:id': pool,
  'POST /workspaces/:id/notification-configurations': [...notification, 'destination-type'],
  'PATCH /notification-configurations/:id': notification,
  'POST /workspaces/:id/run-triggers': ['→ sourceable'],
  'POST /workspaces/:id/configuration-versions': ['auto-queue-runs', 'speculative', 'provisional'],
  'POST /organizations/:organization/organization-memberships': ['email', '→ teams'],
  'POST /organizations/:organization/ssh-keys': ['name', 'value'],
  'POST /users/:id/authentication-tokens': token,
  'POST /teams/:id/authentication-tokens': token,
  'PATCH /account/update': ['username', 'email'],
  'POST /workspaces/:id/state-versions': [
    ...['lineage', 'md5', 'serial', 'state', 'force', 'json-state', 'json-state-outputs', '→ run'],
  ],
  'POST /organizations/:organization/policies': policy,
  'PATCH /policies/:id': policy,
  'POST /organizations/:organization/policy-sets': policySet,
  'PATCH /policy-sets/:id': policySet,
  'POST /policy-sets/:id/parameters': parameter,
  'PATCH /policy-sets/:id/parameters/:variable': parameter,
  'POST /organizations/:organization/tasks': runTask,
  'PATCH /tasks/:id': runTask,
  'POST /workspaces/:id/tasks': workspaceTask,
  'PATCH /workspaces/:id/tasks/:task': workspaceTask,
  [`POST ${modules}`]: ['name', 'provider', 'registry-name', 'namespace', 'no-code'],
  [`POST ${modules}/:registry/:namespace/:module/:provider/versions`]: ['version', 'commit-sha'],
  [`POST ${providers}`]: ['name', 'namespace', 'registry-name'],
  [`POST ${providerVersions}`]: ['version', 'key-id', 'protocols'],
  [`POST ${providerVersions}/:version/platforms`]: ['os', 'arch', 'shasum', 'filename'],
  'POST /runs': [
    ...['allow-empty-apply', 'allow-config-generation', 'terraform-version', 'plan-only', 'is-destroy'],
    ...['refresh', 'refresh-only', 'save-plan', 'message', 'target-addrs', 'replace-addrs', 'policy-paths'],
    ...['auto-apply', 'variables', 'invoke-action-addrs', 'debugging-mode', '→ workspace'],
    '→ configuration-version',
  ],
};

const runFilters = [
  ...['search[user]', 'search[commit]', 'search[basic]', 'filter[status]', 'filter[source]'],
  ...['filter[operation]', 'include'],
];
const workspaceIncludes = [
  ...['organization', 'current_configuration_version.ingress_attributes', 'current_run', 'current_run.plan'],
  ...[
    'current_run.configuration_version',
    'locked_by',
    'readme',
    'outputs',
    'current_state_version',
    'project',
  ],
  ...['effective_tag_bindings', 'agent_pool'],
];

/** Query parameters that their clients send with reads, and words of `include` after a `+`. */
export const HCP_ASKED: Readonly<Record<string, readonly string[]>> = {
  '/organizations': ['q', 'q[name]', 'q[email]'],
  '/organizations/:organization': ['+default_project'],
  '/organizations/:organization/projects': [
    ...['q', 'filter[names]', 'filter[permissions][create-workspace]', 'filter[permissions][update]'],
    'filter[tagged][0][key]',
    ...['sort', '+effective_tag_bindings'],
  ],
  '/projects/:id': ['+effective_tag_bindings'],
  '/organizations/:organization/workspaces': [
    ...[
      'search[name]',
      'search[tags]',
      'search[exclude-tags]',
      'search[wildcard-name]',
      'filter[project][id]',
    ],
    ...['filter[current-run][status]', 'filter[tagged][0][key]', 'filter[tag-union]', 'sort'],
    ...['filter[tag-value-default-null]', ...workspaceIncludes.map((word) => `+${word}`)],
  ],
  '/workspaces/:id': workspaceIncludes.map((word) => `+${word}`),
  '/workspaces/:id/resources': ['q', 'sort'],
  '/workspaces/:id/relationships/remote-state-consumers': ['show_only_configured'],
  '/workspaces/:id/runs': runFilters,
  '/organizations/:organization/runs': [
    ...[...runFilters, 'filter[agent_pool_names]', 'filter[status_group]', 'filter[timeframe]'],
    'filter[workspace_names]',
  ],
  '/runs/:id': [
    ...['+plan', '+apply', '+created_by', '+cost_estimate', '+configuration_version', '+workspace'],
    ...['+configuration_version.ingress_attributes', '+task_stages', '+tf_policy_evaluations'],
  ],
  '/organizations/:organization/varsets': [
    'q',
    'filter[global]',
    'scope',
    '+workspaces',
    '+projects',
    '+vars',
  ],
  '/projects/:id/varsets': ['q', 'scope'],
  '/organizations/:organization/teams': ['q', 'filter[names]', '+users', '+organization_memberships'],
  '/organizations/:organization/team-tokens': ['q', 'sort', 'filter[expiry_status]'],
  '/organizations/:organization/organization-memberships': [
    ...['q', 'filter[email]', 'filter[status]', '+user', '+teams'],
  ],
  '/teams/:id/relationships/organization-memberships': [
    ...['filter[status]', 'filter[is_service_account]', 'sort'],
  ],
  '/team-workspaces': ['filter[workspace][id]', 'filter[team][id]'],
  '/team-projects': ['filter[project][id]', 'filter[team][id]'],
  '/organizations/:organization/agent-pools': [
    ...['q', 'sort', 'filter[allowed_workspaces][name]', 'filter[allowed_projects][name]', '+workspaces'],
  ],
  '/agent-pools/:id/agents': ['filter[last-ping-since]', 'sort'],
  '/organizations/:organization/tags': ['q', 'filter[exclude][taggable][id]'],
  '/workspaces/:id/run-triggers': ['filter[run-trigger][type]', '+workspace', '+sourceable'],
  '/state-versions': ['filter[organization][name]', 'filter[workspace][name]', 'filter[status]'],
  '/workspaces/:id/current-state-version': ['+created_by', '+run', '+run.created_by', '+outputs'],
  '/runs/:id/run-events': ['+actor', '+comment'],
  '/workspaces/:id/configuration-versions': ['+ingress_attributes'],
  '/organizations/:organization/policies': ['search[name]', 'filter[kind]', '+policy_sets'],
  '/organizations/:organization/policy-sets': [
    ...['search[name]', 'filter[kind]', '+policies', '+workspaces', '+projects', '+current_version'],
    ...['+newest_version', '+workspace_exclusions', '+project_exclusions'],
  ],
  '/runs/:id/policy-checks': ['+run', '+run.workspace'],
  '/task-stages/:id': ['+task_results', '+policy_evaluations', '+run', '+run.workspace', '+cost_estimate'],
  '/policy-evaluations/:id/policy-set-outcomes': ['filter[0][status]', 'filter[0][enforcement_level]'],
  '/organizations/:organization/tasks': ['+workspace_tasks', '+workspace_tasks.workspace'],
  [modules]: [
    ...['q', 'filter[provider]', 'filter[registry_name]', 'filter[organization_name]', '+no_code_modules'],
  ],
  [providers]: ['q', 'filter[registry_name]', 'filter[organization_name]', '+registry_provider_versions'],
};
