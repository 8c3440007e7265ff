import * as z from 'zod';
import type { Row } from '../database/schema.ts';
import { linkOnly, Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, referenceOrNull, timestamp } from '../http/json-api.ts';
import { attributesFrom, outputsOf } from '../http/stored-attributes.ts';
import type { OrganizationPermission } from '../http/permission.ts';
import { STORED } from './attributes.ts';
import { organizationPermissions } from './permissions-document.ts';

export type Organization = Row<'organization'>;

export const OrganizationSchema = resource(
  'organizations',
  {
    ...outputsOf(STORED),
    'external-id': z.string(),
    'created-at': Timestamp,
    'stacks-enabled': z.literal(false),
    'max-ttl-enabled': z.literal(false),
    'enforce-hyok': z.literal(false),
    'registry-monorepo-support-enabled': z.literal(false),
    'is-unified': z.literal(false),
    'default-execution-mode': z.enum(['remote', 'local', 'agent']),
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
      ...attributesFrom(STORED, organization),
      'external-id': organization.id,
      'created-at': timestamp(organization.created_at),
      'default-execution-mode': organization.default_execution_mode,
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

/** There are no paid plans here: all features may be used, and nothing expires. */
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
