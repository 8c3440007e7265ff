import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { linkOnly, Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import type { OrganizationPermission } from '../http/permission.ts';
import { organizationPermissions } from './permissions-document.ts';

export type Organization = Row<'organization'>;

export const OrganizationSchema = resource(
  'organizations',
  {
    name: z.string(),
    email: z.string(),
    'external-id': z.string(),
    'created-at': Timestamp,
    'collaborator-auth-policy': z.enum(['password', 'two_factor_mandatory']),
    'user-tokens-enabled': z.boolean(),
    'stacks-enabled': z.literal(false),
    'max-ttl-enabled': z.literal(false),
    'enforce-hyok': z.literal(false),
    'registry-monorepo-support-enabled': z.literal(false),
    'is-unified': z.literal(false),
    'session-timeout': z.int().nullable(),
    'session-remember': z.int().nullable(),
    'cost-estimation-enabled': z.boolean(),
    'default-execution-mode': z.enum(['remote', 'local', 'agent']),
    engine: z.enum(['terraform', 'opentofu']).nullable(),
    'assessments-enforced': z.boolean(),
    'allow-force-delete-workspaces': z.boolean(),
    'send-passing-statuses-for-untriggered-speculative-plans': z.boolean(),
    'aggregated-commit-status-enabled': z.boolean(),
    'speculative-plan-management-enabled': z.boolean(),
    'owners-team-saml-role-id': z.string().nullable(),
    'plan-expired': z.boolean(),
    'plan-expires-at': Timestamp.nullable(),
    'plan-is-trial': z.boolean(),
    'plan-is-enterprise': z.boolean(),
    'plan-identifier': z.string(),
    'fair-run-queuing-enabled': z.boolean(),
    'saml-enabled': z.boolean(),
    'two-factor-conformant': z.boolean(),
    'is-in-degraded-mode': z.boolean(),
    'remaining-testable-count': z.int(),
    permissions: Permissions,
  },
  {
    'entitlement-set': toOne('entitlement-sets'),
    'authentication-token': linkOnly,
    'oauth-tokens': linkOnly,
    'default-agent-pool': toOne('agent-pools'),
    'default-project': toOne('projects').optional(),
  },
);

/** An organization is addressed by its name; its own id is `external-id` (api-contract §1.7, §5.1). */
export function organizationResource(
  organization: Organization,
  defaultProjectId: string | null,
  rights: ReadonlySet<OrganizationPermission>,
) {
  const self = `/api/v2/organizations/${organization.name}`;
  return {
    id: organization.name,
    type: 'organizations',
    attributes: {
      name: organization.name,
      email: organization.email,
      'external-id': organization.id,
      'created-at': timestamp(organization.created_at),
      'collaborator-auth-policy': organization.collaborator_auth_policy,
      'user-tokens-enabled': organization.user_tokens_enabled,
      'session-timeout': organization.session_timeout_minutes,
      'session-remember': organization.session_remember_minutes,
      'cost-estimation-enabled': organization.cost_estimation_enabled,
      'default-execution-mode': organization.default_execution_mode,
      engine: organization.engine,
      'assessments-enforced': organization.assessments_enforced,
      'allow-force-delete-workspaces': organization.allow_force_delete_workspaces,
      'send-passing-statuses-for-untriggered-speculative-plans': organization.send_passing_statuses,
      'aggregated-commit-status-enabled': organization.aggregated_commit_status_enabled,
      'speculative-plan-management-enabled': organization.speculative_plan_management_enabled,
      'owners-team-saml-role-id': organization.owners_team_saml_role_id,
      ...PLAN,
      permissions: organizationPermissions(rights),
    },
    relationships: {
      'entitlement-set': {
        ...reference('entitlement-sets', organization.id),
        links: { related: `${self}/entitlement-set` },
      },
      'authentication-token': { links: { related: `${self}/authentication-token` } },
      'default-agent-pool': referenceOrNull('agent-pools', organization.default_agent_pool_id),
      'oauth-tokens': { links: { related: `${self}/oauth-tokens` } },
      ...(defaultProjectId === null
        ? {}
        : {
            'default-project': {
              ...reference('projects', defaultProjectId),
              links: { related: `/api/v2/projects/${defaultProjectId}` },
            },
          }),
    },
    links: { self },
  };
}

/** Nobody sells a plan here: everything there is may be used, and nothing runs out. */
const PLAN = {
  'plan-expired': false,
  'plan-expires-at': null,
  'plan-is-trial': false,
  'plan-is-enterprise': true,
  'plan-identifier': 'enterprise',
  'fair-run-queuing-enabled': false,
  'stacks-enabled': false as const,
  'max-ttl-enabled': false as const,
  'enforce-hyok': false as const,
  'registry-monorepo-support-enabled': false as const,
  'is-unified': false as const,
  'saml-enabled': false,
  'two-factor-conformant': true,
  'is-in-degraded-mode': false,
  'remaining-testable-count': 5,
};
