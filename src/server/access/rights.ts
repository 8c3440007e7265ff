import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import { compileOnce } from '../database/compile-once.ts';
import type { Database } from '../database/schema.ts';
import type { OrganizationPermission, ProjectPermission, WorkspacePermission } from '../http/permission.ts';
import type { Principal } from './caller.ts';
import {
  EVERYTHING,
  ORGANIZATION_TOKEN,
  organizationWide,
  projectPermissions,
  projectWorkspacePermissions,
  workspacePermissions,
} from './levels.ts';

type Db = Kysely<Database>;

/** The caller's rights in an organization and in everything in it; its teams may add further rights. */
export interface OrganizationRights {
  organization: ReadonlySet<OrganizationPermission>;
  projects: ReadonlySet<ProjectPermission>;
  workspaces: ReadonlySet<WorkspacePermission>;
  /** Teams whose access to single projects and workspaces counts as well. */
  teamIds: readonly string[];
  /** The caller is a member, but the organization does not accept tokens of this kind. */
  isClosed?: boolean;
}

/** A caller lives for one request: its rights are looked up once in it. */
const known = new WeakMap<
  Principal,
  {
    organizations: Map<string, OrganizationRights>;
    workspaces: Map<string, ReadonlySet<WorkspacePermission>>;
  }
>();

function knownOf(caller: Principal) {
  const existing = known.get(caller);
  if (existing !== undefined) return existing;
  const created = { organizations: new Map(), workspaces: new Map() };
  known.set(caller, created);
  return created;
}

/** Call it after the caller's own rights were changed within its request. */
export const forgetRights = (caller: Principal): boolean => known.delete(caller);

/** Takes one indexed query, at most once a request. */
export async function organizationRights(
  db: Db,
  caller: Principal,
  organizationId: string,
): Promise<OrganizationRights> {
  const { organizations } = knownOf(caller);
  const existing = organizations.get(organizationId);
  if (existing !== undefined) return existing;
  const rights = await lookUpOrganization(db, caller, organizationId);
  organizations.set(organizationId, rights);
  return rights;
}

const NOTHING = rightsOf([{ organization: [], projects: [], workspaces: [] }], []);

async function lookUpOrganization(
  db: Db,
  caller: Principal,
  organizationId: string,
): Promise<OrganizationRights> {
  if (caller.kind === 'agent') return NOTHING;
  if (caller.kind === 'user') {
    // Rights without a token are for automatic work of the organization itself. A session is no token.
    const isClosed =
      'tokenId' in caller &&
      (!('sessionId' in caller) || caller.sessionId === undefined) &&
      (await refusesUserTokens(db, organizationId));
    if (caller.isSiteAdmin) return isClosed ? CLOSED_TO_ADMIN : rightsOf([EVERYTHING], []);
    const rights = await ofMember(db, caller.userId, organizationId);
    return isClosed && rights.organization.has('member') ? { ...NOTHING, isClosed } : rights;
  }
  if (caller.organizationId !== organizationId) return NOTHING;
  const only = (...organization: OrganizationPermission[]) =>
    rightsOf([{ organization, projects: [], workspaces: [] }], []);
  switch (caller.kind) {
    case 'organization':
      return rightsOf([ORGANIZATION_TOKEN], []);
    case 'audit':
      return only('read-audit-trail');
    case 'run':
      return only('read-entitlements', 'read-registry');
    case 'task':
      return NOTHING;
    case 'team': {
      const team = await db
        .selectFrom('team')
        .select(['id', 'is_owners', 'organization_access'])
        .where('id', '=', caller.teamId)
        .execute();
      return ofTeams(team);
    }
  }
}

/** The site administrator must be able to open the organization again. */
const CLOSED_TO_ADMIN: OrganizationRights = {
  ...rightsOf([{ organization: ['owner'], projects: [], workspaces: [] }], []),
  isClosed: true,
};

const readTokenRule = compileOnce((db, organizationId: string) =>
  db.selectFrom('organization').select('user_tokens_enabled').where('id', '=', organizationId),
);

async function refusesUserTokens(db: Db, organizationId: string): Promise<boolean> {
  const [organization] = await readTokenRule(db, organizationId);
  return organization?.user_tokens_enabled === false;
}

async function ofMember(db: Db, userId: string, organizationId: string): Promise<OrganizationRights> {
  const rows = await db
    .selectFrom('organization_member')
    .leftJoin('team_member', (join) =>
      join
        .onRef('team_member.user_id', '=', 'organization_member.user_id')
        .onRef('team_member.organization_id', '=', 'organization_member.organization_id'),
    )
    .leftJoin('team', 'team.id', 'team_member.team_id')
    .select(['organization_member.status', 'organization_member.made_its_user'])
    .select(['team.id', 'team.is_owners', 'team.organization_access'])
    .where('organization_member.organization_id', '=', organizationId)
    .where('organization_member.user_id', '=', userId)
    .execute();
  const [member] = rows;
  if (member === undefined) return NOTHING;
  if (member.status === 'invited') {
    // A user who was there before accepts expressly; one whom the invitation made accepts by coming.
    if (!member.made_its_user) return NOTHING;
    await db
      .updateTable('organization_member')
      .set({ status: 'active' })
      .where('organization_id', '=', organizationId)
      .where('user_id', '=', userId)
      .execute();
  }
  return ofTeams(rows);
}

interface TeamRow {
  id: string | null;
  is_owners: boolean | null;
  organization_access: Record<string, boolean> | null;
}

/** The rights of a member with these teams of the organization. */
function ofTeams(rows: readonly TeamRow[]): OrganizationRights {
  if (rows.some((team) => team.is_owners === true)) return rightsOf([EVERYTHING], []);
  const member = {
    organization: ['member', 'read-entitlements', 'read-registry'] as OrganizationPermission[],
    projects: [],
    workspaces: [],
  };
  const teams = rows.map(({ organization_access: access }) => organizationWide(access ?? {}));
  const ids = rows.map(({ id }) => id).filter((id) => id !== null);
  return rightsOf([member, ...teams], ids);
}

function rightsOf(
  grants: readonly {
    organization: readonly OrganizationPermission[];
    projects: readonly ProjectPermission[];
    workspaces: readonly WorkspacePermission[];
  }[],
  teamIds: readonly string[],
): OrganizationRights {
  return {
    organization: new Set(grants.flatMap(({ organization }) => organization)),
    projects: new Set(grants.flatMap(({ projects }) => projects)),
    workspaces: new Set(grants.flatMap(({ workspaces }) => workspaces)),
    teamIds,
  };
}

export interface WorkspaceScope {
  id: string;
  organization_id: string;
}

/**
 * The caller's rights in each of these workspaces, for a whole page at once: one query for each organization, and one
 * for the access of teams to single projects and workspaces.
 */
export async function workspaceRights(
  db: Db,
  caller: Principal,
  scopes: readonly WorkspaceScope[],
): Promise<ReadonlyMap<string, ReadonlySet<WorkspacePermission>>> {
  const { workspaces: found } = knownOf(caller);
  const missing = scopes.filter(({ id }) => !found.has(id));
  for (const organizationId of new Set(missing.map(({ organization_id }) => organization_id))) {
    const ids = [
      ...new Set(missing.filter((scope) => scope.organization_id === organizationId).map(({ id }) => id)),
    ];
    const { workspaces, teamIds } = await organizationRights(db, caller, organizationId);
    const grants =
      caller.kind === 'run' && caller.organizationId === organizationId
        ? await statesForRun(db, caller, ids)
        : await grantsInWorkspaces(db, teamIds, ids);
    for (const id of ids) {
      const own = grants.filter(({ workspaceId }) => workspaceId === id);
      found.set(id, new Set([...workspaces, ...own.flatMap(({ permissions }) => permissions)]));
    }
  }
  return found;
}

interface Grant {
  workspaceId: string;
  permissions: readonly WorkspacePermission[];
}

async function grantsInWorkspaces(
  db: Db,
  teamIds: readonly string[],
  ids: readonly string[],
): Promise<Grant[]> {
  if (teamIds.length === 0) return [];
  const rows = await db
    .selectFrom('team_workspace')
    .select(['workspace_id', sql<'workspace' | 'project'>`'workspace'`.as('on')])
    .select([sql<string>`access`.as('access'), sql<unknown>`details`.as('details')])
    .where('workspace_id', 'in', ids)
    .where('team_id', 'in', teamIds)
    .unionAll(
      db
        .selectFrom('team_project')
        .innerJoin('workspace', 'workspace.project_id', 'team_project.project_id')
        .select(['workspace.id as workspace_id', sql<'workspace' | 'project'>`'project'`.as('on')])
        .select([
          sql<string>`team_project.access`.as('access'),
          sql<unknown>`team_project.details`.as('details'),
        ])
        .where('workspace.id', 'in', ids)
        .where('team_project.team_id', 'in', teamIds),
    )
    .execute();
  return rows.map(({ workspace_id: workspaceId, on, ...grant }) => ({
    workspaceId,
    permissions:
      on === 'workspace'
        ? workspacePermissions(grant as Parameters<typeof workspacePermissions>[0])
        : projectWorkspacePermissions(grant as Parameters<typeof projectWorkspacePermissions>[0]),
  }));
}

/** A run's program reads the state of its own workspace, and of those that share theirs with it (api-contract §5.14). */
async function statesForRun(
  db: Db,
  caller: Extract<Principal, { kind: 'run' }>,
  ids: readonly string[],
): Promise<Grant[]> {
  const shared = await db
    .selectFrom('workspace')
    .select('id')
    .where('id', 'in', ids)
    .where('organization_id', '=', caller.organizationId)
    .where(sharesStateWith(caller.workspaceId))
    .execute();
  return shared.map(({ id }) => ({
    workspaceId: id,
    permissions: ['read', 'read-state-outputs', 'read-state'],
  }));
}

/**
 * The rows of `workspace` of one organization whose state runs of `workspaceId` may read: its own; those that share
 * theirs with all, with their project, or with that workspace by name (api-contract §5.3).
 */
const sharesStateWith = (workspaceId: string): Expression<SqlBool> => sql<SqlBool>`(
  workspace.id = ${workspaceId}
  or workspace.global_remote_state
  or (workspace.project_remote_state and workspace.project_id =
    (select reader.project_id from workspace reader where reader.id = ${workspaceId}))
  or exists (select from remote_state_consumer consumer
    where consumer.workspace_id = workspace.id and consumer.consumer_id = ${workspaceId}))`;

/** The caller's rights in each of these projects. */
export async function projectRights(
  db: Db,
  caller: Principal,
  projects: readonly { id: string; organization_id: string }[],
): Promise<ReadonlyMap<string, ReadonlySet<ProjectPermission>>> {
  const found = new Map<string, ReadonlySet<ProjectPermission>>();
  for (const organizationId of new Set(projects.map(({ organization_id }) => organization_id))) {
    const ids = projects.filter((project) => project.organization_id === organizationId).map(({ id }) => id);
    const rights = await organizationRights(db, caller, organizationId);
    const { teamIds } = rights;
    const grants =
      teamIds.length === 0
        ? []
        : await db
            .selectFrom('team_project')
            .select(['project_id', 'access', 'details'])
            .where('project_id', 'in', ids)
            .where('team_id', 'in', teamIds)
            .execute();
    const withWorkspaces =
      teamIds.length === 0 || rights.projects.has('read')
        ? []
        : await db
            .selectFrom('team_workspace')
            .innerJoin('workspace', 'workspace.id', 'team_workspace.workspace_id')
            .select('workspace.project_id')
            .distinct()
            .where('workspace.project_id', 'in', ids)
            .where('team_workspace.team_id', 'in', teamIds)
            .execute();
    for (const id of ids) {
      found.set(
        id,
        new Set<ProjectPermission>([
          ...rights.projects,
          ...grants.filter(({ project_id }) => project_id === id).flatMap(projectPermissions),
          // A caller who may see a workspace sees its project and organization.
          ...(withWorkspaces.some(({ project_id }) => project_id === id) ? (['read'] as const) : []),
        ]),
      );
    }
  }
  return found;
}

/** For lists: the rows of `workspace` that the caller may read, in a query that uses that table under its own name. */
export async function readableWorkspaces(
  db: Db,
  caller: Principal,
  organizationId: string,
): Promise<Expression<SqlBool>> {
  const { workspaces, teamIds } = await organizationRights(db, caller, organizationId);
  if (workspaces.has('read')) return sql<SqlBool>`true`;
  if (caller.kind === 'run' && caller.organizationId === organizationId) {
    return sharesStateWith(caller.workspaceId);
  }
  if (teamIds.length === 0) return sql<SqlBool>`false`;
  return sql<SqlBool>`(
    exists (select from team_workspace where team_workspace.workspace_id = workspace.id
      and team_workspace.team_id in (${sql.join(teamIds)}))
    or exists (select from team_project where team_project.project_id = workspace.project_id
      and team_project.team_id in (${sql.join(teamIds)})))`;
}

/** For lists: the rows of `run` that the caller may read, in a query that uses that table under its own name. */
export async function readableRuns(
  db: Db,
  caller: Principal,
  organizationId: string,
): Promise<Expression<SqlBool>> {
  const { workspaces } = await organizationRights(db, caller, organizationId);
  if (workspaces.has('read-runs')) return sql<SqlBool>`true`;
  const readable = await readableWorkspaces(db, caller, organizationId);
  return sql<SqlBool>`run.workspace_id in
    (select workspace.id from workspace where workspace.organization_id = ${organizationId} and ${readable})`;
}

/** For lists: the rows of `project` that the caller may read, in a query that uses that table under its own name. */
export async function readableProjects(
  db: Db,
  caller: Principal,
  organizationId: string,
): Promise<Expression<SqlBool>> {
  const { projects, teamIds } = await organizationRights(db, caller, organizationId);
  if (projects.has('read')) return sql<SqlBool>`true`;
  if (teamIds.length === 0) return sql<SqlBool>`false`;
  return sql<SqlBool>`(
    exists (select from team_project where team_project.project_id = project.id
      and team_project.team_id in (${sql.join(teamIds)}))
    or exists (select from workspace join team_workspace on team_workspace.workspace_id = workspace.id
      where workspace.project_id = project.id and team_workspace.team_id in (${sql.join(teamIds)})))`;
}
