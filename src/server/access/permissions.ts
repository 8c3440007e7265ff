import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { OrganizationPermission, WorkspacePermission } from '../http/permission.ts';
import { refuse } from '../http/refusal.ts';
import type { Caller } from './caller.ts';
import { canSeeOrganization } from './membership.ts';

export interface WorkspaceScope {
  id: string;
  organization_id: string;
  project_id: string;
}

export type { OrganizationPermission, WorkspacePermission };

/** These make, change or reveal what only people may: an organization's token gets 404 (api-contract §1.1). */
const PEOPLE_ONLY = new Set<WorkspacePermission>([
  'plan-runs',
  'apply-runs',
  'write-state',
  'override-policies',
]);

/** The one place that decides what a caller may do in a workspace. */
export async function canInWorkspace(
  db: Kysely<Database>,
  caller: Caller,
  workspace: WorkspaceScope,
  permission: WorkspacePermission,
): Promise<boolean> {
  if (caller.kind !== 'user' && PEOPLE_ONLY.has(permission)) return false;
  return await canSeeOrganization(db, caller, workspace.organization_id);
}

/** @throws 404, as for a workspace that is not there */
export async function requireInWorkspace(
  db: Kysely<Database>,
  caller: Caller,
  workspace: WorkspaceScope,
  permission: WorkspacePermission,
): Promise<void> {
  if (!(await canInWorkspace(db, caller, workspace, permission))) refuse('not_found');
}

/** The one place that decides what a caller may do in an organization. */
export async function canInOrganization(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
  _permission: OrganizationPermission,
): Promise<boolean> {
  return await canSeeOrganization(db, caller, organizationId);
}

/** @throws 404, as for an organization that is not there */
export async function requireInOrganization(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
  permission: OrganizationPermission,
): Promise<void> {
  if (!(await canInOrganization(db, caller, organizationId, permission))) refuse('not_found');
}
