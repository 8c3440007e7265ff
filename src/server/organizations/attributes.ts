import * as z from 'zod';
import { keptOnly, refusedBecause } from '../http/effect.ts';
import { OptionalId } from '../http/json-api.ts';
import type { RowChange } from '../database/schema.ts';

/** api-contract §5.1. */
const name = z
  .string()
  .min(3, 'must have at least 3 characters')
  .max(64, 'must have at most 64 characters')
  .regex(/^[A-Za-z0-9_-]+$/, 'may hold letters, digits, - and _ only');
const email = z
  .string()
  .max(255, 'must have at most 255 characters')
  .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address');
const minutes = z.int().min(1, 'must be at least 1 minute').max(525_600, 'must be at most a year').nullish();

/** A switch for what is not here: nobody may believe that it is on. */
const absent = (what: string) =>
  refusedBecause(what, z.literal(false, { error: `cannot be true: ${what}` }).nullish());

const settings = {
  'collaborator-auth-policy': z
    .literal('password', { error: 'must be "password": no second factor is asked for here' })
    .nullish(),
  'user-tokens-enabled': z.boolean().nullish(),
  'stacks-enabled': absent('there are no stacks here'),
  'max-ttl-enabled': absent('the lifetime of tokens is not limited here'),
  'enforce-hyok': absent('keys of your own for each workspace are not held here'),
  'registry-monorepo-support-enabled': absent('modules are uploaded'),
  'global-module-sharing': absent('each organization has its own registry, which shares nothing'),
  'global-provider-sharing': absent('each organization has its own registry, which shares nothing'),
  'recoverable-items-enabled': absent('what is deleted here is gone'),
  'saml-enabled': absent('nobody signs in by SAML here'),
  'stacks-default-execution-mode': refusedBecause(
    'there are no stacks here',
    z.null({ error: 'cannot be set: there are no stacks here' }).optional(),
  ),
  // Pages ask for a token each time: there are no sessions that could go on for too long.
  'session-timeout': keptOnly(minutes),
  'session-remember': keptOnly(minutes),
  'cost-estimation-enabled': z.boolean().optional(),
  'default-execution-mode': z
    .enum(['remote', 'local', 'agent'], { error: 'must be "remote", "local" or "agent"' })
    .optional(),
  'default-agent-pool-id': OptionalId,
  /** Of this platform alone: the product of runs whose workspace names none. */
  engine: z.enum(['terraform', 'opentofu'], { error: 'must be "terraform" or "opentofu"' }).nullish(),
  'assessments-enforced': keptOnly(z.boolean().optional()),
  'allow-force-delete-workspaces': z.boolean().optional(),
  'send-passing-statuses-for-untriggered-speculative-plans': keptOnly(z.boolean().optional()),
  'aggregated-commit-status-enabled': keptOnly(z.boolean().optional()),
  'speculative-plan-management-enabled': keptOnly(z.boolean().optional()),
  'owners-team-saml-role-id': keptOnly(z.string().max(255).nullish()),
};

export const NewOrganizationAttributes = z.object({ name, email, ...settings });
export type NewOrganizationAttributes = z.output<typeof NewOrganizationAttributes>;
export const OrganizationChange = z.object({ name: name.optional(), email: email.optional(), ...settings });
export type OrganizationChange = z.output<typeof OrganizationChange>;

/** The columns that the given attributes set; those not given are left as they are. */
export function toColumns(attributes: OrganizationChange): RowChange<'organization'> {
  const columns = {
    name: attributes.name,
    email: attributes.email,
    collaborator_auth_policy: attributes['collaborator-auth-policy'] ?? undefined,
    user_tokens_enabled: attributes['user-tokens-enabled'] ?? undefined,
    session_timeout_minutes: attributes['session-timeout'],
    session_remember_minutes: attributes['session-remember'],
    cost_estimation_enabled: attributes['cost-estimation-enabled'],
    engine: attributes.engine,
    assessments_enforced: attributes['assessments-enforced'],
    allow_force_delete_workspaces: attributes['allow-force-delete-workspaces'],
    send_passing_statuses: attributes['send-passing-statuses-for-untriggered-speculative-plans'],
    aggregated_commit_status_enabled: attributes['aggregated-commit-status-enabled'],
    speculative_plan_management_enabled: attributes['speculative-plan-management-enabled'],
    owners_team_saml_role_id: attributes['owners-team-saml-role-id'],
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}
