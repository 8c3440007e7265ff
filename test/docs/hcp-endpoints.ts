/**
 * What HCP Terraform and Terraform Enterprise serve around runs, area by area, below `/api/v2` unless a whole path is given
 * (api-contract §1.6, §2, §4, §5). `:x` is a parameter. What they serve beside it (registry, stacks, policies as such, VCS
 * connections, administration) is not what this platform is about and is not listed.
 */
export interface Area {
  name: string;
  endpoints: readonly string[];
}

const crud = (list: string, one: string, update = 'PATCH'): string[] => [
  `GET ${list}`,
  `POST ${list}`,
  `GET ${one}`,
  `${update} ${one}`,
  `DELETE ${one}`,
];

const planArtifacts = ['json-output', 'json-output-redacted', 'json-schema'];

export const HCP_AREAS: readonly Area[] = [
  {
    name: 'Discovery and sign-in',
    endpoints: [
      'GET /.well-known/terraform.json',
      'GET /ping',
      'GET /oauth/authorize',
      'POST /oauth/token',
      'GET /api/terraform/motd',
    ],
  },
  {
    name: 'Runs',
    endpoints: [
      'POST /runs',
      'GET /runs',
      'GET /runs/:id',
      'GET /workspaces/:id/runs',
      'GET /organizations/:org/runs',
      'GET /organizations/:org/runs/queue',
      'GET /organizations/:org/capacity',
      ...['apply', 'discard', 'cancel', 'force-cancel', 'force-execute'].map(
        (action) => `POST /runs/:id/actions/${action}`,
      ),
      'GET /runs/:id/comments',
      'POST /runs/:id/comments',
      'GET /comments/:id',
      'GET /runs/:id/run-events',
      'GET /run-events/:id',
      'GET /runs/:id/configuration-version',
      'GET /runs/:id/configuration-version/download',
      'GET /runs/:id/input-state-version',
      'GET /runs/:id/policy-checks',
      'GET /runs/:id/task-stages',
      'GET /runs/:id/tf-policy-evaluations',
    ],
  },
  {
    name: 'Plans and applies',
    endpoints: [
      'GET /plans/:id',
      'GET /runs/:id/plan',
      ...planArtifacts.flatMap((name) => [`GET /plans/:id/${name}`, `GET /runs/:id/plan/${name}`]),
      'GET /applies/:id',
      'GET /runs/:id/apply',
      'GET /applies/:id/errored-state',
      'POST /plan-exports',
      'GET /plan-exports/:id',
      'DELETE /plan-exports/:id',
      'GET /plan-exports/:id/download',
    ],
  },
  {
    // Refused with 422 and words, since terraform takes a 404 for missing rights.
    name: 'Query runs (of `terraform query`; 422, which says so)',
    endpoints: [
      'POST /queries',
      'GET /queries/:id',
      'GET /workspaces/:id/queries',
      'POST /queries/:id/actions/cancel',
      'POST /queries/:id/actions/force-cancel',
    ],
  },
  {
    name: 'Cost estimates, policy checks and run tasks',
    endpoints: [
      'GET /cost-estimates/:id',
      'GET /policy-checks/:id',
      'GET /policy-checks/:id/output',
      'POST /policy-checks/:id/actions/override',
      'GET /task-stages/:id',
      'POST /task-stages/:id/actions/override',
      'GET /task-stages/:id/policy-evaluations',
      'GET /policy-evaluations/:id',
      'GET /policy-evaluations/:id/policy-set-outcomes',
      'GET /policy-set-outcomes/:id',
      'GET /task-results/:id',
      'GET /task-results/:id/outcomes',
      'GET /task-result-outcomes/:id',
      'PATCH /task-results/:id/callback',
      ...crud('/organizations/:org/tasks', '/tasks/:id'),
      ...crud('/workspaces/:id/tasks', '/workspaces/:id/tasks/:id'),
    ],
  },
  {
    name: 'Organizations',
    endpoints: [
      ...crud('/organizations', '/organizations/:org'),
      'GET /organizations/:org/entitlement-set',
      'GET /organizations/:org/organization-memberships',
      'POST /organizations/:org/organization-memberships',
      'GET /organization-memberships',
      'GET /organization-memberships/:id',
      'DELETE /organization-memberships/:id',
      'GET /organizations/:org/tags',
      'DELETE /organizations/:org/tags',
      'POST /tags/:id/relationships/workspaces',
      'GET /organization/audit-trail',
    ],
  },
  {
    name: 'Projects',
    endpoints: [
      ...crud('/organizations/:org/projects', '/projects/:id'),
      'POST /projects/:id/relationships/workspaces',
      'GET /projects/:id/tag-bindings',
      'PATCH /projects/:id/tag-bindings',
      'GET /projects/:id/effective-tag-bindings',
    ],
  },
  {
    name: 'Workspaces',
    endpoints: [
      'GET /organizations/:org/workspaces',
      'POST /organizations/:org/workspaces',
      ...['/organizations/:org/workspaces/:name', '/workspaces/:id'].flatMap((one) => [
        `GET ${one}`,
        `PATCH ${one}`,
        `DELETE ${one}`,
        `POST ${one}/actions/safe-delete`,
      ]),
      'POST /workspaces/:id/actions/lock',
      'POST /workspaces/:id/actions/unlock',
      'POST /workspaces/:id/actions/force-unlock',
      'PATCH /workspaces/:id/relationships/ssh-key',
      ...['GET', 'POST', 'PATCH', 'DELETE'].map(
        (method) => `${method} /workspaces/:id/relationships/remote-state-consumers`,
      ),
      ...['GET', 'POST', 'DELETE'].map((method) => `${method} /workspaces/:id/relationships/tags`),
      'GET /workspaces/:id/tag-bindings',
      'PATCH /workspaces/:id/tag-bindings',
      'GET /workspaces/:id/effective-tag-bindings',
      'GET /workspaces/:id/resources',
      'GET /workspaces/:id/current-assessment-result',
    ],
  },
  {
    name: 'Variables',
    endpoints: [
      ...crud('/workspaces/:id/vars', '/workspaces/:id/vars/:id'),
      'GET /workspaces/:id/all-vars',
      'GET /vars',
      'POST /vars',
      'PATCH /vars/:id',
      'DELETE /vars/:id',
    ],
  },
  {
    name: 'Variable sets',
    endpoints: [
      ...crud('/organizations/:org/varsets', '/varsets/:id'),
      'GET /projects/:id/varsets',
      'GET /workspaces/:id/varsets',
      ...crud('/varsets/:id/relationships/vars', '/varsets/:id/relationships/vars/:id'),
      ...['workspaces', 'projects'].flatMap((kind) => [
        `POST /varsets/:id/relationships/${kind}`,
        `DELETE /varsets/:id/relationships/${kind}`,
      ]),
    ],
  },
  {
    name: 'Configuration versions',
    endpoints: [
      'POST /workspaces/:id/configuration-versions',
      'GET /workspaces/:id/configuration-versions',
      'GET /configuration-versions/:id',
      'GET /configuration-versions/:id/ingress-attributes',
      'GET /configuration-versions/:id/download',
      'POST /configuration-versions/:id/actions/archive',
      ...['soft_delete', 'restore', 'permanently_delete'].map(
        (action) => `POST /configuration-versions/:id/actions/${action}_backing_data`,
      ),
    ],
  },
  {
    name: 'State versions',
    endpoints: [
      'POST /workspaces/:id/state-versions',
      'PATCH /workspaces/:id/state-versions',
      'GET /workspaces/:id/state-versions',
      'GET /workspaces/:id/current-state-version',
      'GET /workspaces/:id/current-state-version-outputs',
      'GET /state-versions',
      'GET /state-versions/:id',
      'GET /state-versions/:id/outputs',
      'GET /state-versions/:id/download',
      'GET /state-version-outputs/:id',
    ],
  },
  {
    name: 'Accounts and tokens',
    endpoints: [
      'GET /account/details',
      'PATCH /account/update',
      'PATCH /account/password',
      'GET /users/:id',
      'GET /users/:id/authentication-tokens',
      'POST /users/:id/authentication-tokens',
      'GET /authentication-tokens/:id',
      'DELETE /authentication-tokens/:id',
      ...['/organizations/:org/authentication-token', '/teams/:id/authentication-token'].flatMap((one) => [
        `GET ${one}`,
        `POST ${one}`,
        `DELETE ${one}`,
      ]),
      'GET /teams/:id/authentication-tokens',
      'POST /teams/:id/authentication-tokens',
      'GET /organizations/:org/team-tokens',
      'GET /agent-pools/:id/authentication-tokens',
      'POST /agent-pools/:id/authentication-tokens',
    ],
  },
  {
    name: 'Teams and access',
    endpoints: [
      ...crud('/organizations/:org/teams', '/teams/:id'),
      ...['users', 'organization-memberships'].flatMap((kind) => [
        `POST /teams/:id/relationships/${kind}`,
        `DELETE /teams/:id/relationships/${kind}`,
      ]),
      ...crud('/team-workspaces', '/team-workspaces/:id'),
      ...crud('/team-projects', '/team-projects/:id'),
    ],
  },
  {
    name: 'Notifications',
    endpoints: [
      ...['workspaces', 'projects', 'teams'].flatMap((owner) => [
        `GET /${owner}/:id/notification-configurations`,
        `POST /${owner}/:id/notification-configurations`,
      ]),
      'GET /notification-configurations/:id',
      'PATCH /notification-configurations/:id',
      'DELETE /notification-configurations/:id',
      'POST /notification-configurations/:id/actions/verify',
    ],
  },
  {
    name: 'Run triggers, agent pools and SSH keys',
    endpoints: [
      'POST /workspaces/:id/run-triggers',
      'GET /workspaces/:id/run-triggers',
      'GET /run-triggers/:id',
      'DELETE /run-triggers/:id',
      ...crud('/organizations/:org/agent-pools', '/agent-pools/:id'),
      'GET /agent-pools/:id/agents',
      'GET /agents/:id',
      'DELETE /agents/:id',
      ...crud('/organizations/:org/ssh-keys', '/ssh-keys/:id'),
    ],
  },
  {
    name: 'Version control, assessments and administration',
    endpoints: [
      ...crud('/organizations/:org/oauth-clients', '/oauth-clients/:id'),
      'GET /organizations/:org/oauth-tokens',
      'GET /oauth-tokens/:id',
      'GET /assessment-results/:id',
      'POST /workspaces/:id/actions/assess',
      'GET /admin/runs',
      'POST /admin/runs/:id/actions/force-cancel',
      ...crud('/admin/terraform-versions', '/admin/terraform-versions/:id'),
      'GET /admin/organizations',
      'GET /admin/workspaces',
      'GET /admin/users',
      'GET /admin/general-settings',
      'PATCH /admin/general-settings',
    ],
  },
];
