import * as z from 'zod';

/** The prefix of every kind of resource, by its JSON:API type (api-contract §1.7). */
export const ID_PREFIX = {
  organizations: 'org',
  'entitlement-sets': 'org',
  'organization-memberships': 'ou',
  users: 'user',
  teams: 'team',
  'team-workspaces': 'tws',
  'team-projects': 'tprj',
  'authentication-tokens': 'at',
  sessions: 'session',
  projects: 'prj',
  workspaces: 'ws',
  vars: 'var',
  varsets: 'varset',
  'configuration-versions': 'cv',
  'ingress-attributes': 'ia',
  runs: 'run',
  'run-events': 're',
  'run-approvals': 'apr',
  'plan-approvals': 'plap',
  comments: 'wsc',
  plans: 'plan',
  applies: 'apply',
  'plan-exports': 'pe',
  'cost-estimates': 'ce',
  'price-books': 'pbook',
  tags: 'tag',
  'policy-sets': 'polset',
  'policy-set-versions': 'polsetver',
  policies: 'pol',
  'policy-checks': 'polchk',
  'policy-evaluations': 'poleval',
  'policy-set-outcomes': 'psout',
  'task-stages': 'ts',
  'task-results': 'taskrs',
  tasks: 'task',
  'workspace-tasks': 'wstask',
  'task-result-outcomes': 'trout',
  'state-versions': 'sv',
  'state-version-outputs': 'wsout',
  'workspace-outputs': 'wsout',
  resources: 'wsr',
  'run-triggers': 'rt',
  'notification-configurations': 'nc',
  'agent-pools': 'apool',
  agents: 'agent',
  'ssh-keys': 'sshkey',
  'oauth-clients': 'oc',
  'oauth-tokens': 'ot',
  'github-app-installations': 'ghain',
  'assessment-results': 'asmtres',
  'workspace-run-alerts': 'wra',
  queries: 'qry',
  'registry-modules': 'mod',
  'registry-module-versions': 'modver',
  'registry-providers': 'prov',
  'registry-provider-versions': 'provver',
  'registry-provider-platforms': 'provpltfrm',
  'mirrored-providers': 'mirprov',
  'provider-stores': 'pstore',
  'provider-store-orders': 'psorder',
  'gpg-keys': 'gpgkey',
} as const;

export type ResourceKind = keyof typeof ID_PREFIX;
export type IdPrefix = (typeof ID_PREFIX)[ResourceKind];

/** Base58: without characters that look alike. Clients treat an id with any other character as a name. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789';
const ID_LENGTH = 16;
/** The largest multiple of the alphabet's size within a byte: higher bytes would favour the first letters. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

/**
 * A new identifier: the prefix, a dash and 16 random letters and digits (93 bits).
 *
 * @param prefix a value of {@link ID_PREFIX}
 * @param fillRandom fills an array with random bytes; by default the platform's cryptographic generator
 */
export function newId<P extends IdPrefix>(
  prefix: P,
  fillRandom: (bytes: Uint8Array<ArrayBuffer>) => unknown = (bytes) =>
    globalThis.crypto.getRandomValues(bytes),
): `${P}-${string}` {
  const bytes = new Uint8Array(2 * ID_LENGTH);
  let suffix = '';
  while (suffix.length < ID_LENGTH) {
    fillRandom(bytes);
    for (const byte of bytes) {
      if (byte < FAIR_BYTES && suffix.length < ID_LENGTH) suffix += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return `${prefix}-${suffix}`;
}

function idSchema(prefix: IdPrefix, name: string) {
  return z.string().regex(new RegExp(`^${prefix}-[a-zA-Z0-9]{16}$`), {
    error: `A ${name} id is "${prefix}-" and exactly 16 letters or digits, for example ${prefix}-AbCdEfGhIjKlMnOp`,
  });
}

/** `^run-[a-zA-Z0-9]{16}$` (run-models, RunDetailsRequest). */
export const RunId = idSchema('run', 'run');
export const WorkspaceId = idSchema('ws', 'workspace');
export const ConfigurationVersionId = idSchema('cv', 'configuration version');
export const PlanId = idSchema('plan', 'plan');
export const ApplyId = idSchema('apply', 'apply');
export const CostEstimateId = idSchema('ce', 'cost estimate');
export const StateVersionId = idSchema('sv', 'state version');
export const StateVersionOutputId = idSchema('wsout', 'state version output');
export const ProjectId = idSchema('prj', 'project');
export const VariableId = idSchema('var', 'variable');
export const VariableSetId = idSchema('varset', 'variable set');
export const TeamId = idSchema('team', 'team');
export const UserId = idSchema('user', 'user');
export const TokenId = idSchema('at', 'token');
export const AgentPoolId = idSchema('apool', 'agent pool');
export const ProviderStoreId = idSchema('pstore', 'store of providers');
export const AgentId = idSchema('agent', 'agent');
export const SshKeyId = idSchema('sshkey', 'SSH key');
export const NotificationConfigurationId = idSchema('nc', 'notification configuration');
