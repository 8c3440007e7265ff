import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
} from '@tanstack/react-router';
import { Crashed, NotFound } from '../shell/dead-ends.tsx';
import { Shell } from '../shell/shell.tsx';
import { parseSearch, stringifySearch, textOnly } from '../place/search.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: Crashed });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: textOnly(['to', 'expired']),
  component: lazyRouteComponent(() => import('../pages/sign-in.tsx'), 'SignInPage'),
});

const choosePassword = createRoute({
  getParentRoute: () => root,
  path: '/choose-password',
  component: lazyRouteComponent(() => import('../pages/choose-password.tsx'), 'ChoosePasswordPage'),
});

const signed = createRoute({ getParentRoute: () => root, id: 'signed', component: Shell });

const home = createRoute({
  getParentRoute: () => signed,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/organizations.tsx'), 'OrganizationsPage'),
});
const ownTokens = createRoute({
  getParentRoute: () => signed,
  path: '/settings/tokens',
  component: lazyRouteComponent(() => import('../pages/own-tokens.tsx'), 'OwnTokensPage'),
});
const account = createRoute({
  getParentRoute: () => signed,
  path: '/settings/account',
  component: lazyRouteComponent(() => import('../pages/account.tsx'), 'AccountPage'),
});
const inbox = createRoute({
  getParentRoute: () => signed,
  path: '/$org',
  component: lazyRouteComponent(() => import('../pages/inbox.tsx'), 'InboxPage'),
});
const workspaces = createRoute({
  getParentRoute: () => signed,
  path: '/$org/workspaces',
  validateSearch: textOnly(['search', 'status', 'project', 'drifted', 'sort']),
  component: lazyRouteComponent(() => import('../pages/workspaces.tsx'), 'WorkspacesPage'),
});
const runFilters = textOnly([
  'search',
  'status',
  'operation',
  'source',
  'user',
  'commit',
  'page',
  'status_group',
  'timeframe',
  'mine',
  'needs_confirmation',
]);
const organizationRuns = createRoute({
  getParentRoute: () => signed,
  path: '/$org/runs',
  validateSearch: runFilters,
  component: lazyRouteComponent(() => import('../pages/organization-runs.tsx'), 'OrganizationRunsPage'),
});
const compare = createRoute({
  getParentRoute: () => signed,
  path: '/$org/compare',
  validateSearch: textOnly(['a', 'b']),
  component: lazyRouteComponent(() => import('../compare/compare-page.tsx'), 'ComparePage'),
});
const settings = createRoute({
  getParentRoute: () => signed,
  path: '/$org/settings/$section',
  component: lazyRouteComponent(() => import('../pages/settings.tsx'), 'SettingsPage'),
});

const registry = createRoute({
  getParentRoute: () => signed,
  path: '/$org/registry',
  validateSearch: textOnly(['q']),
  component: lazyRouteComponent(() => import('../registry/registry-page.tsx'), 'RegistryPage'),
});
const registryModule = createRoute({
  getParentRoute: () => signed,
  path: '/$org/registry/modules/$module/$provider',
  validateSearch: textOnly(['version']),
  component: lazyRouteComponent(() => import('../registry/module-page.tsx'), 'ModulePage'),
});
const registryProvider = createRoute({
  getParentRoute: () => signed,
  path: '/$org/registry/providers/$provider',
  component: lazyRouteComponent(() => import('../registry/provider-page.tsx'), 'ProviderPage'),
});

const workspace = createRoute({
  getParentRoute: () => signed,
  path: '/$org/workspaces/$workspace',
  component: lazyRouteComponent(() => import('../pages/workspace.tsx'), 'WorkspaceFrame'),
});
const overview = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/workspace-overview.tsx'), 'WorkspaceOverview'),
});
const workspaceRuns = createRoute({
  getParentRoute: () => workspace,
  path: 'runs',
  validateSearch: runFilters,
  component: lazyRouteComponent(() => import('../pages/workspace-runs.tsx'), 'WorkspaceRunsPage'),
});
const resources = createRoute({
  getParentRoute: () => workspace,
  path: 'resources',
  validateSearch: textOnly(['q', 'view', 'address']),
  component: lazyRouteComponent(() => import('../resources/resources-page.tsx'), 'ResourcesPage'),
});
const trends = createRoute({
  getParentRoute: () => workspace,
  path: 'trends',
  component: lazyRouteComponent(() => import('../trends/trends-page.tsx'), 'TrendsPage'),
});
const states = createRoute({
  getParentRoute: () => workspace,
  path: 'states',
  validateSearch: textOnly(['version', 'with', 'view', 'output']),
  component: lazyRouteComponent(() => import('../pages/states.tsx'), 'StatesPage'),
});
const variables = createRoute({
  getParentRoute: () => workspace,
  path: 'variables',
  component: lazyRouteComponent(() => import('../pages/variables.tsx'), 'VariablesPage'),
});
const notifications = createRoute({
  getParentRoute: () => workspace,
  path: 'notifications',
  component: lazyRouteComponent(() => import('../pages/notifications.tsx'), 'NotificationsPage'),
});
const workspaceSettings = createRoute({
  getParentRoute: () => workspace,
  path: 'settings',
  component: lazyRouteComponent(() => import('../pages/workspace-settings.tsx'), 'WorkspaceSettingsPage'),
});

const RunPage = lazyRouteComponent(() => import('../run/run-page.tsx'), 'RunPage');
const runSearch = textOnly([
  'tab',
  'q',
  'only',
  'group',
  'at',
  'phase',
  'file',
  'line',
  'node',
  'open',
  'view',
  'event',
]);
const run = createRoute({
  getParentRoute: () => signed,
  path: '/$org/workspaces/$workspace/runs/$run',
  validateSearch: runSearch,
  component: RunPage,
});
/** The address that terraform prints. */
const runOfTerraform = createRoute({
  getParentRoute: () => signed,
  path: '/$org/$workspace/runs/$run',
  validateSearch: runSearch,
  component: RunPage,
});

const routeTree = root.addChildren([
  signIn,
  choosePassword,
  signed.addChildren([
    home,
    ownTokens,
    account,
    inbox,
    workspaces,
    organizationRuns,
    compare,
    registry,
    registryModule,
    registryProvider,
    settings,
    workspace.addChildren([
      overview,
      workspaceRuns,
      resources,
      states,
      trends,
      variables,
      notifications,
      workspaceSettings,
    ]),
    run,
    runOfTerraform,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/app',
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Crashed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
