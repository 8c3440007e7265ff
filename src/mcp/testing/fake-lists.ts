import type { Reply } from '../../../packages/client/src/testing/recording-server.ts';
import { CAPABILITY, fakeRun, fakeWorkspace, IDS, INJECTION, resource, SENSITIVE } from './fake-resources.ts';

type Route = [pattern: RegExp, reply: Reply];

/** Teams, tokens and resources of workspaces, runs and organizations, each with an attacker's text. */
export function fakeLists(list: (...data: unknown[]) => Reply, one: (data: unknown) => Reply): Route[] {
  const of = (type: string, id: string, attributes: object, related: Record<string, [string, string]> = {}) =>
    resource(type, id, { ...attributes }, related);
  const team = of(
    'teams',
    IDS.team,
    { name: INJECTION, visibility: 'organization', 'users-count': 2 },
    { organization: ['organizations', 'acme'] },
  );
  const token = of('authentication-tokens', IDS.token, {
    description: INJECTION,
    'created-at': '2026-01-01T00:00:00.000Z',
    'last-used-at': null,
    token: SENSITIVE,
  });
  const access = (kind: 'workspace' | 'project') =>
    of(
      `team-${kind}s`,
      `t${kind}-1`,
      { access: 'read' },
      {
        team: ['teams', IDS.team],
        [kind]: [`${kind}s`, kind === 'workspace' ? IDS.workspace : IDS.project],
      },
    );
  const named = (type: string, id: string, more: object = {}) =>
    list(of(type, id, { name: INJECTION, ...more }));
  return [
    [/^GET organizations\/acme\/teams$/, list(team)],
    [/^(POST organizations\/acme\/teams|(GET|PATCH) teams\/team-\w+)$/, one(team)],
    [/^(DELETE teams\/team-\w+|(POST|DELETE) teams\/team-\w+\/relationships\/users)$/, { status: 204 }],
    [/^GET team-workspaces$/, list(access('workspace'))],
    [/^GET team-projects$/, list(access('project'))],
    [/^(POST team-workspaces|PATCH team-workspaces\/\S+)$/, one(access('workspace'))],
    [/^(POST team-projects|PATCH team-projects\/\S+)$/, one(access('project'))],
    [/^DELETE team-(workspaces|projects)\/\S+$/, { status: 204 }],
    [
      /^GET organizations\/acme\/organization-memberships$/,
      list(
        of(
          'organization-memberships',
          'ou-1',
          { status: 'active', email: INJECTION },
          { user: ['users', IDS.user] },
        ),
      ),
    ],
    [
      /^GET (organizations\/acme\/team-tokens|(teams|users|agent-pools)\/[\w-]+\/authentication-tokens)$/,
      list(token),
    ],
    [/^GET authentication-tokens\/at-\w+$/, one(token)],
    [/^DELETE authentication-tokens\/at-\w+$/, { status: 204 }],
    [
      /^GET workspaces\/ws-\w+\/resources$/,
      list(of('resources', 'wsr-1', { address: INJECTION, provider: INJECTION })),
    ],
    [/^GET runs\/run-\w+\/policy-checks$/, list(of('policy-checks', 'polchk-1', { status: 'passed' }))],
    [
      /^GET runs\/run-\w+\/task-stages$/,
      list(of('task-stages', 'ts-1', { stage: INJECTION, status: 'passed' })),
    ],
    [
      /^GET workspaces\/ws-\w+\/tasks$/,
      list(
        of('workspace-tasks', 'wstask-1', { 'enforcement-level': 'advisory' }, { task: ['tasks', 'task-1'] }),
      ),
    ],
    [
      /^GET organizations\/acme\/tasks$/,
      named('tasks', 'task-1', { url: `https://scanner/${CAPABILITY}`, enabled: true }),
    ],
    [
      /^GET workspaces\/ws-\w+\/configuration-versions$/,
      list(
        of('configuration-versions', 'cv-1', { status: 'uploaded', 'upload-url': `https://x/${CAPABILITY}` }),
      ),
    ],
    [
      /^GET workspaces\/ws-\w+\/all-vars$/,
      list(of('vars', IDS.variable, { key: INJECTION, value: SENSITIVE, sensitive: true })),
    ],
    [/^GET (workspaces|projects)\/[\w-]+\/varsets$/, named('varsets', IDS.variableSet)],
    [/^GET (workspaces\/ws-\w+\/relationships|organizations\/acme)\/tags$/, named('tags', 'tag-1')],
    [
      /^(GET (workspaces|projects)\/[\w-]+\/(effective-)?tag-bindings|PATCH workspaces\/ws-\w+\/tag-bindings)$/,
      list(of('tag-bindings', 'tb-1', { key: 'k', value: INJECTION })),
    ],
    [
      /^GET workspaces\/ws-\w+\/run-triggers$/,
      list(
        of(
          'run-triggers',
          'rt-1',
          { 'workspace-name': INJECTION, 'sourceable-name': INJECTION },
          { sourceable: ['workspaces', IDS.workspace] },
        ),
      ),
    ],
    [/^GET workspaces\/ws-\w+\/relationships\/remote-state-consumers$/, list(fakeWorkspace())],
    [
      /^GET (workspaces|projects|teams)\/[\w-]+\/notification-configurations$/,
      named('notification-configurations', 'nc-1', { url: `https://hooks/${CAPABILITY}`, enabled: true }),
    ],
    [/^GET organizations\/acme\/runs\/queue$/, list(fakeRun('pending'))],
    [
      /^(POST|DELETE) workspaces\/ws-\w+\/relationships\/(remote-state-consumers|tags|tag-bindings)$|^DELETE (run-triggers|ssh-keys|agent-pools|agents|notification-configurations)\/[\w-]+$|^DELETE organizations\/acme\/tags$/,
      { status: 204 },
    ],
    [/^POST workspaces\/ws-\w+\/run-triggers$/, one(of('run-triggers', 'rt-2', {}))],
    [/^PATCH workspaces\/ws-\w+\/relationships\/ssh-key$/, one(fakeWorkspace())],
    [/^GET ssh-keys\/sshkey-\w+$/, one(of('ssh-keys', IDS.sshKey, { name: INJECTION }))],
    [/^GET agents\/agent-\w+$/, one(of('agents', IDS.agent, { name: INJECTION, status: 'exited' }))],
    [
      /^(POST organizations\/acme\/agent-pools|(GET|PATCH) agent-pools\/apool-\w+)$/,
      one(of('agent-pools', IDS.agentPool, { name: INJECTION })),
    ],
    [
      /^(GET|POST) notification-configurations\/nc-\w+(\/actions\/(verify|enable))?$/,
      one(
        of('notification-configurations', IDS.notification, {
          name: INJECTION,
          enabled: true,
          url: `https://hooks/${CAPABILITY}`,
        }),
      ),
    ],
    [/^GET organizations\/acme\/policy-sets$/, named('policy-sets', 'polset-1')],
    [/^GET organizations\/acme\/price-books$/, named('price-books', 'pbook-1')],
    [/^GET organizations\/acme\/agent-pools$/, named('agent-pools', IDS.agentPool)],
    [/^GET organizations\/acme\/ssh-keys$/, named('ssh-keys', 'sshkey-1')],
    [
      /^GET organizations\/acme\/registry-modules$/,
      named('registry-modules', 'mod-1', { 'version-statuses': [{ version: INJECTION, status: 'ok' }] }),
    ],
    [
      /^GET organizations\/acme\/registry-modules\/private\/acme\/network\/aws\/version$/,
      one(of('registry-module-versions', 'modver-1', { version: INJECTION, status: 'ok' })),
    ],
    [/^DELETE organizations\/acme\/registry-modules\/private\/acme\/network\/aws\/1\.0\.0$/, { status: 204 }],
    [
      /^GET \/api\/registry\/v1\/modules\/acme\/network\/aws\/1\.0\.0$/,
      {
        body: {
          version: '1.0.0',
          versions: ['1.0.0'],
          root: { readme: INJECTION, inputs: [{ name: INJECTION, description: INJECTION }], outputs: [] },
        },
      },
    ],
    [/^GET organizations\/acme\/registry-providers$/, named('registry-providers', 'prov-1')],
    [/^GET agent-pools\/apool-\w+\/agents$/, named('agents', 'agent-1', { status: 'idle' })],
    [/^GET agent-pools\/apool-\w+\/provider-stores$/, named('provider-stores', IDS.providerStore)],
    [
      /^GET provider-stores\/pstore-\w+\/kept-providers$/,
      named('kept-providers', 'kept-1', { address: INJECTION, version: INJECTION }),
    ],
    [
      /^GET provider-stores\/pstore-\w+\/orders$/,
      named('provider-store-orders', 'psorder-1', { kind: 'pin', message: INJECTION }),
    ],
    [
      /^POST provider-stores\/pstore-\w+\/orders$/,
      one(of('provider-store-orders', 'psorder-1', { kind: 'pin', message: INJECTION, status: 'queued' })),
    ],
    [/^GET provider-stores\/pstore-\w+$/, one(of('provider-stores', IDS.providerStore, { name: INJECTION }))],
  ];
}
