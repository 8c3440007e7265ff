import { backingData, changes, crud, type Area } from './hcp-area.ts';

/** The endpoints around runs: sources of configurations and modules, checks, and keys. */
export const OTHER_AREAS: readonly Area[] = [
  {
    name: 'Assessments',
    out: 'health is not assessed here yet: no assessment has a result',
    endpoints: [
      'POST /workspaces/:id/actions/assess',
      'GET /workspaces/:id/current-assessment-result',
      'GET /assessment-results/:id',
      ...['json-output', 'json-schema', 'sanitized-plan', 'log-output'].map(
        (name) => `GET /assessment-results/:id/${name}`,
      ),
      ...backingData('assessments', '-'),
    ],
  },
  {
    name: 'Version control',
    out: 'no version control is connected here yet: configurations are uploaded',
    endpoints: [
      ...crud('/organizations/:org/oauth-clients', '/oauth-clients/:id'),
      'POST /oauth-clients',
      ...changes('/oauth-clients/:id/relationships/projects', 'POST', 'DELETE'),
      'GET /oauth-clients/:id/oauth-tokens',
      'GET /organizations/:org/oauth-tokens',
      ...changes('/oauth-tokens/:id', 'GET', 'PATCH', 'DELETE'),
      'GET /oauth-tokens/:id/authorized-repos',
      'GET /oauth-tokens/:id/vcs-organizations',
      'GET /users/:id/github-app-oauth-tokens',
      'GET /github-app-installations',
      'GET /github-app-installations/:id/repos',
      'GET /github-app/installation/:id',
      'GET /github-app/installations',
      'GET /organizations/:org/github-app-installations',
      'GET /organizations/:org/github-app-installations/:id/repos',
      'POST /organizations/:org/github-app-installations/:id/link-account',
      'GET /organizations/:org/vcs-events',
      'GET /organizations/:org/vcs/tree',
      'GET /organizations/:org/vcs/repo',
    ],
  },
  {
    name: 'Policies',
    out: 'sets are given to workspaces and projects, not to tags',
    endpoints: [
      ...crud('/organizations/:org/policies', '/policies/:id'),
      'GET /policies/:id/download',
      'PUT /policies/:id/upload',
      ...crud('/policy-sets/:id/parameters', '/policy-sets/:id/parameters/:id'),
      ...crud('/organizations/:org/policy-sets', '/policy-sets/:id'),
      ...['workspaces', 'policies', 'projects', 'workspace-exclusions', 'project-exclusions'].flatMap(
        (kind) => changes(`/policy-sets/:id/relationships/${kind}`, 'POST', 'DELETE'),
      ),
      ...changes('/policy-sets/:id/tag-selectors', 'POST', 'DELETE'),
      ...changes('/policy-sets/:id/versions', 'GET', 'POST'),
      'GET /policy-set-versions/:id',
    ],
  },
  {
    name: 'Private registry',
    out: 'versions are uploaded, not taken from repositories, and modules have no tests and no settings here',
    endpoints: [
      'GET /organizations/:org/relationships/module-producers',
      'GET /organizations/:org/registry-modules/validation',
      ...changes('/organizations/:org/registry-modules', 'GET', 'POST'),
      'POST /organizations/:org/registry-modules/vcs',
      ...changes(
        '/organizations/:org/registry-modules/:registry/:namespace/:name/:provider',
        'GET',
        'PATCH',
        'DELETE',
      ),
      'DELETE /organizations/:org/registry-modules/:registry/:namespace/:name',
      'POST /organizations/:org/registry-modules/:registry/:namespace/:name/:provider/versions',
      'DELETE /organizations/:org/registry-modules/:registry/:namespace/:name/:provider/:version',
      ...crud(
        '/organizations/:org/registry-providers',
        '/organizations/:org/registry-providers/:registry/:namespace/:name',
      ).filter((route) => !route.startsWith('PATCH')),
      ...crud(
        '/organizations/:org/registry-providers/:registry/:namespace/:name/versions',
        '/organizations/:org/registry-providers/:registry/:namespace/:name/versions/:version',
      ).filter((route) => !route.startsWith('PATCH')),
      ...crud(
        '/organizations/:org/registry-providers/:registry/:namespace/:name/versions/:version/platforms',
        '/organizations/:org/registry-providers/:registry/:namespace/:name/versions/:version/platforms/:os/:arch',
      ).filter((route) => !route.startsWith('PATCH')),
      'GET /organizations/:org/tests/registry-modules/:registry/:namespace/:name/:provider/test-runs/:run/cleanups/:id',
    ],
  },
  {
    name: 'Sets of providers',
    out: 'credentials of providers are variables, in sets where they are shared',
    endpoints: [
      ...changes('/organizations/:org/provider-sets', 'GET', 'POST', 'DELETE'),
      'GET /organizations/:org/provider-sets/:name',
      ...changes('/provider-sets/:id', 'GET', 'PATCH', 'DELETE'),
      ...['projects', 'workspaces'].flatMap((kind) => [
        ...changes(`/provider-sets/:id/relationships/${kind}`, 'POST', 'DELETE'),
        `GET /${kind}/:id/provider-sets`,
      ]),
    ],
  },
  {
    name: 'Ranges of addresses',
    out: 'pools are not limited to addresses: who has the token of an agent is one',
    endpoints: [
      ...changes('/organizations/:org/cidr-range-lists', 'GET', 'POST'),
      ...changes('/cidr-range-lists/:id', 'GET', 'PATCH', 'DELETE'),
      ...changes('/cidr-range-lists/:id/relationships/cidr-ranges', 'GET', 'POST'),
      ...changes('/cidr-range-lists/:id/relationships/agent-pools', 'POST', 'DELETE'),
      ...changes('/cidr-ranges/:id', 'GET', 'PATCH', 'DELETE'),
    ],
  },
  {
    name: 'Tokens for metrics',
    out: 'metrics of the whole server are read with RUNWRIGHT_METRICS_TOKEN',
    endpoints: [
      ...changes('/organizations/:org/metrics-tokens', 'GET', 'POST'),
      'DELETE /organizations/:org/metrics-tokens/:id',
    ],
  },
  {
    name: 'Keys of your own, and identities of workloads',
    out: 'everything secret is sealed with the key of the server (docs/security.md); there is none for each organization',
    endpoints: [
      ...changes('/organizations/:org/hyok-configurations', 'GET', 'POST'),
      'POST /organizations/:org/hyok-configurations/test',
      'POST /organizations/:org/oidc-configurations',
      ...changes('/hyok-configurations/:id', 'GET', 'PATCH', 'DELETE'),
      'GET /hyok-configurations/:id/hyok-customer-key-versions',
      ...['revoke', 'test'].map((action) => `POST /hyok-configurations/:id/actions/${action}`),
      ...changes('/hyok-customer-key-versions/:id', 'GET', 'DELETE'),
      'POST /hyok-customer-key-versions/:id/actions/revoke',
      'GET /hyok-encrypted-data-keys/:id',
      ...changes('/oidc-configurations/:id', 'GET', 'PATCH', 'DELETE'),
    ],
  },
  {
    name: 'Change requests, and moving workspaces between servers',
    out: 'changes are asked for where the configuration is kept; a workspace is moved with its state (docs/state.md)',
    endpoints: [
      'GET /workspaces/:id/change-requests',
      'GET /change-requests/:id',
      ...changes('/change-requests/:id/actions/archive', 'GET', 'POST'),
      ...changes('/workspace-transfers', 'GET', 'POST'),
      'GET /workspace-transfers/:id',
      ...['resume', 'cancel'].map((action) => `POST /workspace-transfers/:id/actions/${action}`),
    ],
  },
];
