import { z } from 'zod';
import type { Row } from '../database/schema.ts';
import { Permissions, resource, Timestamp, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';

export type Organization = Row<'organization'>;

export const OrganizationSchema = resource(
  'organizations',
  {
    name: z.string(),
    email: z.string(),
    'external-id': z.string(),
    'created-at': Timestamp,
    'collaborator-auth-policy': z.string(),
    'cost-estimation-enabled': z.boolean(),
    'default-execution-mode': z.string(),
    permissions: Permissions,
  },
  { 'entitlement-set': toOne('entitlement-sets'), 'default-project': toOne('projects').optional() },
);

/** An organization is addressed by its name; its own id is `external-id` (api-contract §1.7, §5.1). */
export function organizationResource(organization: Organization, defaultProjectId: string | null) {
  return {
    id: organization.name,
    type: 'organizations',
    attributes: {
      name: organization.name,
      email: organization.email,
      'external-id': organization.id,
      'created-at': timestamp(organization.created_at),
      'collaborator-auth-policy': 'password',
      'cost-estimation-enabled': false,
      'default-execution-mode': 'remote',
      permissions: {
        'can-update': true,
        'can-destroy': true,
        'can-create-workspace': true,
        'can-create-project': true,
        'can-traverse': true,
      },
    },
    relationships: {
      'entitlement-set': {
        ...reference('entitlement-sets', organization.id),
        links: { related: `/api/v2/organizations/${organization.name}/entitlement-set` },
      },
      ...(defaultProjectId === null ? {} : { 'default-project': reference('projects', defaultProjectId) }),
    },
    links: { self: `/api/v2/organizations/${organization.name}` },
  };
}

export const EntitlementSetSchema = resource('entitlement-sets', {
  agents: z.boolean(),
  'audit-logging': z.boolean(),
  'configuration-designer': z.boolean(),
  'cost-estimation': z.boolean(),
  'global-run-tasks': z.boolean(),
  operations: z.boolean(),
  'policy-enforcement': z.boolean(),
  'private-module-registry': z.boolean(),
  'private-run-tasks': z.boolean(),
  'run-tasks': z.boolean(),
  sentinel: z.boolean(),
  sso: z.boolean(),
  'state-storage': z.boolean(),
  teams: z.boolean(),
  'usage-reporting': z.boolean(),
  'user-limit': z.int().nullable(),
  'vcs-integrations': z.boolean(),
});

/** Without `operations: true` the terraform CLI silently plans on the user's own machine (terraform-cli A4). */
export function entitlementSetResource(organization: Organization) {
  return {
    id: organization.id,
    type: 'entitlement-sets',
    attributes: {
      agents: false,
      'audit-logging': false,
      'configuration-designer': false,
      'cost-estimation': false,
      'global-run-tasks': false,
      operations: true,
      'policy-enforcement': false,
      'private-module-registry': false,
      'private-run-tasks': false,
      'run-tasks': false,
      sentinel: false,
      sso: false,
      'state-storage': true,
      teams: false,
      'usage-reporting': false,
      'user-limit': null,
      'vcs-integrations': false,
    },
    links: { self: `/api/v2/entitlement-sets/${organization.id}` },
  };
}
