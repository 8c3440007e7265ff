import type { Row } from '../database/schema.ts';
import { reference, timestamp } from '../http/json-api.ts';

export type Organization = Row<'organization'>;

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
