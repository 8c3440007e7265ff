import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import {
  organizationWide,
  projectPermissions,
  projectWorkspacePermissions,
  workspacePermissions,
} from '../access/levels.ts';
import { organizationRights, projectRights, workspaceRights } from '../access/rights.ts';
import type { Database, Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';

type Db = Kysely<Database>;
type Team = Pick<Row<'team'>, 'id' | 'name' | 'organization_id' | 'organization_access' | 'is_owners'>;

/**
 * A manager of members or teams passes on only rights that they have themselves, be it by a place in a team or by its
 * token. An owner may pass on every right.
 *
 * @throws 403 for a team that may do something the caller may not
 */
export async function requireWithinOwnRights(db: Db, caller: Caller, team: Team): Promise<void> {
  if (await isWithinOwnRights(db, caller, team)) return;
  refuse(
    'forbidden',
    `The team ${team.name} may do more than you may: ask an owner of the organization, or somebody who may do as much.`,
  );
}

async function isWithinOwnRights(db: Db, caller: Caller, team: Team): Promise<boolean> {
  const own = await organizationRights(db, caller, team.organization_id);
  if (own.organization.has('owner') || own.teamIds.includes(team.id)) return true;
  if (team.is_owners) return false;
  const wide = organizationWide(team.organization_access);
  return (
    isPart(wide.organization, own.organization) &&
    isPart(wide.projects, own.projects) &&
    isPart(wide.workspaces, own.workspaces) &&
    (await hasWorkspacesOf(db, caller, team)) &&
    (await hasProjectsOf(db, caller, team, own.workspaces))
  );
}

async function hasWorkspacesOf(db: Db, caller: Caller, team: Team): Promise<boolean> {
  const grants = await db.selectFrom('team_workspace').selectAll().where('team_id', '=', team.id).execute();
  const scopes = grants.map(({ workspace_id: id }) => ({ id, organization_id: team.organization_id }));
  const own = await workspaceRights(db, caller, scopes);
  return grants.every((grant) => isPart(workspacePermissions(grant), own.get(grant.workspace_id)));
}

/** The current content of a project does not count: for workspaces that are added later the rule must hold too. */
async function hasProjectsOf(
  db: Db,
  caller: Caller,
  team: Team,
  everywhere: ReadonlySet<string>,
): Promise<boolean> {
  const grants = await db.selectFrom('team_project').selectAll().where('team_id', '=', team.id).execute();
  if (grants.length === 0) return true;
  const ids = grants.map(({ project_id: id }) => id);
  const projects = await projectRights(
    db,
    caller,
    ids.map((id) => ({ id, organization_id: team.organization_id })),
  );
  const { teamIds } = await organizationRights(db, caller, team.organization_id);
  const own =
    teamIds.length === 0
      ? []
      : await db
          .selectFrom('team_project')
          .selectAll()
          .where('project_id', 'in', ids)
          .where('team_id', 'in', teamIds)
          .execute();
  return grants.every((grant) => {
    const inWorkspaces = own
      .filter(({ project_id: id }) => id === grant.project_id)
      .flatMap(projectWorkspacePermissions);
    return (
      isPart(projectPermissions(grant), projects.get(grant.project_id)) &&
      isPart(projectWorkspacePermissions(grant), new Set([...everywhere, ...inWorkspaces]))
    );
  });
}

const isPart = (some: readonly string[], all: ReadonlySet<string> | undefined): boolean =>
  some.every((permission) => all?.has(permission) ?? false);
