import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { OrganizationPermission, ProjectPermission, WorkspacePermission } from '../http/permission.ts';
import { refuse } from '../http/refusal.ts';
import type { Actor, Caller, Principal } from './caller.ts';
import { organizationRights, projectRights, workspaceRights, type WorkspaceScope } from './rights.ts';

export type { OrganizationPermission, ProjectPermission, WorkspacePermission, WorkspaceScope };

/**
 * The one place that decides what a caller may do (api-contract §1.1, §5.9). A resource that the caller may not see or
 * change is answered as if it did not exist: 404.
 */

export async function canInWorkspace(
  db: Kysely<Database>,
  caller: Principal,
  workspace: WorkspaceScope,
  permission: WorkspacePermission,
): Promise<boolean> {
  const rights = await workspaceRights(db, caller, [workspace]);
  return rights.get(workspace.id)?.has(permission) ?? false;
}

/** @throws 404, as for a workspace that does not exist */
export async function requireInWorkspace(
  db: Kysely<Database>,
  caller: Principal,
  workspace: WorkspaceScope,
  permission: WorkspacePermission,
): Promise<void> {
  if (!(await canInWorkspace(db, caller, workspace, permission)))
    await refuseIn(db, caller, workspace.organization_id);
}

export async function canInProject(
  db: Kysely<Database>,
  caller: Principal,
  project: { id: string; organization_id: string },
  permission: ProjectPermission,
): Promise<boolean> {
  const rights = await projectRights(db, caller, [project]);
  return rights.get(project.id)?.has(permission) ?? false;
}

/** @throws 404, as for a project that does not exist */
export async function requireInProject(
  db: Kysely<Database>,
  caller: Principal,
  project: { id: string; organization_id: string },
  permission: ProjectPermission,
): Promise<void> {
  if (!(await canInProject(db, caller, project, permission)))
    await refuseIn(db, caller, project.organization_id);
}

export async function canInOrganization(
  db: Kysely<Database>,
  caller: Principal,
  organizationId: string,
  permission: OrganizationPermission,
): Promise<boolean> {
  return (await organizationRights(db, caller, organizationId)).organization.has(permission);
}

/** @throws 404, as for an organization that does not exist */
export async function requireInOrganization(
  db: Kysely<Database>,
  caller: Principal,
  organizationId: string,
  permission: OrganizationPermission,
): Promise<void> {
  if (!(await canInOrganization(db, caller, organizationId, permission)))
    await refuseIn(db, caller, organizationId);
}

/**
 * The refusal of a request in an organization for a caller without the right to it.
 *
 * @throws 404; 401 where the organization accepts no tokens of this kind: its members may know that
 */
export async function refuseIn(
  db: Kysely<Database>,
  caller: Principal,
  organizationId: string,
): Promise<never> {
  const { isClosed } = await organizationRights(db, caller, organizationId);
  return refuse(isClosed === true ? 'unauthorized' : 'not_found');
}

/** Beyond the rights in a workspace, the service of a run task reads the plan of the run that it is asked about. */
export const mayReadOwnRun = (caller: Principal, runId: string, permission: WorkspacePermission): boolean =>
  caller.kind === 'task' && caller.runId === runId && permission === 'read-plan-json';

/** Runs, configurations and states have a person or a team behind them. */
export function requireActor(caller: Caller): asserts caller is Actor {
  if (caller.kind !== 'user' && caller.kind !== 'team') refuse('not_found');
}

export type Person = Extract<Caller, { kind: 'user' }>;
/** Personal resources belong to a person: a team or an organization has none. */
export function requirePerson(caller: Caller): asserts caller is Person {
  if (caller.kind !== 'user') refuse('not_found');
}

/** @throws 404 for everybody except the administrators of the whole server */
export function requireSiteAdmin(caller: Caller): asserts caller is Person {
  if (caller.kind !== 'user' || !caller.isSiteAdmin) refuse('not_found');
}
