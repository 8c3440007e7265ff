import * as z from 'zod';
import { keptOnly, refusedBecause } from '../http/effect.ts';
import { OptionalId } from '../http/json-api.ts';
import { columnsFrom, inputsOf, storedIn } from '../http/stored-attributes.ts';
import type { Row } from '../database/schema.ts';

/** api-contract §5.1. */
const name = z
  .string()
  .min(3, 'must have at least 3 characters')
  .max(64, 'must have at most 64 characters')
  .regex(/^[A-Za-z0-9_-]+$/, 'may only contain letters, digits, - and _');
const email = z
  .string()
  .max(255, 'must have at most 255 characters')
  .regex(/^[^\s@]+@[^\s@]+$/, 'must be an e-mail address');
const minutes = z.int().min(1, 'must be at least 1 minute').max(525_600, 'must be at most a year').nullish();

const Flag = z.boolean().optional();

/** A switch of a missing feature: it cannot be turned on, so that nobody relies on it. */
const absent = (what: string) =>
  refusedBecause(what, z.literal(false, { error: `cannot be true: ${what}` }).nullish());

const stored = storedIn<Row<'organization'>>();
const unlessNull = <Value>(given: Value | null): Value | undefined => given ?? undefined;

/** The stored attributes: the inputs, the columns and the outputs are made of this table. */
export const STORED = {
  name: stored('name', name.optional(), z.string()),
  email: stored('email', email.optional(), z.string()),
  'collaborator-auth-policy': stored(
    'collaborator_auth_policy',
    z.literal('password', { error: 'must be "password": no second factor is asked for here' }).nullish(),
    z.enum(['password', 'two_factor_mandatory']),
    unlessNull,
  ),
  'user-tokens-enabled': stored('user_tokens_enabled', z.boolean().nullish(), z.boolean(), unlessNull),
  'session-timeout': stored('session_timeout_minutes', minutes, z.int().nullable()),
  'session-remember': stored('session_remember_minutes', minutes, z.int().nullable()),
  'cost-estimation-enabled': stored('cost_estimation_enabled', Flag, z.boolean()),
  /** Only on this platform: the product of runs whose workspace names none. */
  engine: stored(
    'engine',
    z.enum(['terraform', 'opentofu'], { error: 'must be "terraform" or "opentofu"' }).nullish(),
    z.enum(['terraform', 'opentofu']).nullable(),
  ),
  'assessments-enforced': stored('assessments_enforced', keptOnly(Flag), z.boolean()),
  'allow-force-delete-workspaces': stored('allow_force_delete_workspaces', Flag, z.boolean()),
  'send-passing-statuses-for-untriggered-speculative-plans': stored(
    'send_passing_statuses',
    keptOnly(Flag),
    z.boolean(),
  ),
  'aggregated-commit-status-enabled': stored('aggregated_commit_status_enabled', keptOnly(Flag), z.boolean()),
  'speculative-plan-management-enabled': stored(
    'speculative_plan_management_enabled',
    keptOnly(Flag),
    z.boolean(),
  ),
  'owners-team-saml-role-id': stored(
    'owners_team_saml_role_id',
    keptOnly(z.string().max(255).nullish()),
    z.string().nullable(),
  ),
};

const settings = {
  ...inputsOf(STORED),
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
  'default-execution-mode': z
    .enum(['remote', 'local', 'agent'], { error: 'must be "remote", "local" or "agent"' })
    .optional(),
  'default-agent-pool-id': OptionalId,
};

export const NewOrganizationAttributes = z.object({ ...settings, name, email });
export type NewOrganizationAttributes = z.output<typeof NewOrganizationAttributes>;
export const OrganizationChange = z.object(settings);
export type OrganizationChange = z.output<typeof OrganizationChange>;

/** The columns that the given attributes set; attributes that are not given leave theirs as they are. */
export const toColumns = (attributes: OrganizationChange) => columnsFrom(STORED, attributes);
