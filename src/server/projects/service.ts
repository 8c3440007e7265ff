import type { Kysely } from 'kysely';
import { newId } from '@runwright/models';
import type { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { differences, recordChange } from '../access/record-change.ts';
import { requireInOrganization, requireInProject, type ProjectPermission } from '../access/permissions.ts';
import { projectRights, readableProjects } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken, refuseTakenName } from '../http/taken-name.ts';
import {
  settleDefaultExecution,
  type DefaultExecution,
  type DefaultOwner,
} from '../execution/default-execution.ts';
import { writeBindings, type TagBinding } from '../tags/bindings.ts';
import type { TagFilter } from '../tags/tag-filters.ts';
import { spreadDefaultExecution } from '../execution/inherited-execution.ts';
import type { NewProjectAttributes, ProjectChange } from './attributes.ts';

export type Project = Row<'project'>;

export async function createProject(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  attributes: z.output<typeof NewProjectAttributes>,
  bindings: readonly TagBinding[],
): Promise<Project> {
  await requireInOrganization(db, caller, organizationId, 'manage-projects');
  const { name, description = null } = attributes;
  const auto_destroy_activity_duration = attributes['auto-destroy-activity-duration'] ?? null;
  return await transact(db, async (tx) => {
    const execution = await settleExecution(tx, { organizationId }, NO_DEFAULT, attributes);
    const project = await tx
      .insertInto('project')
      .values({
        ...{ ...execution, id: newId('prj'), organization_id: organizationId, name, description },
        auto_destroy_activity_duration,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (project === undefined) return refuseTakenName();
    await writeBindings(tx, 'project', project.id, bindings);
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'projects', id: project.id },
      action: 'create',
      after: { name, description, ...execution },
    });
    return project;
  });
}

/** For callers that check the rights themselves. */
export async function findProject(db: Kysely<Database>, id: string): Promise<Project | undefined> {
  return await db.selectFrom('project').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function readProject(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: ProjectPermission = 'read',
): Promise<Project> {
  const project = await findProject(db, id);
  if (project === undefined) refuse('not_found');
  await requireInProject(db, caller, project, permission);
  return project;
}

export interface ProjectCounts {
  workspaces: number;
  teams: number;
}

export interface ProjectSearch {
  /** A part of the name; empty: all. */
  part: string;
  /** Only projects with one of these names; empty: all. */
  names: readonly string[];
  /** Only projects with all of these tags. */
  tagged: readonly TagFilter[];
  /** Only projects in which the caller has all of these permissions. */
  rights: readonly ProjectPermission[];
  descending: boolean;
}

/** The projects that the caller may read, by name. */
export async function listProjects(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { part, names, tagged, rights, descending }: ProjectSearch,
  page: Page,
): Promise<{ projects: Project[]; totalCount: number }> {
  let query = db
    .selectFrom('project')
    .where('organization_id', '=', organizationId)
    .where(await readableProjects(db, caller, organizationId));
  if (names.length > 0) query = query.where('name', 'in', names);
  if (part !== '') query = query.where('name', 'ilike', containing(part));
  for (const { key, value } of tagged) {
    query = query.where(({ exists, selectFrom }) => {
      const binding = selectFrom('project_tag_binding')
        .select('key')
        .whereRef('project_tag_binding.project_id', '=', 'project.id')
        .where('key', '=', key);
      return exists(value === undefined ? binding : binding.where('value', '=', value));
    });
  }
  if (rights.length > 0) {
    const all = await query.select(['id', 'organization_id']).execute();
    const found = await projectRights(db, caller, all);
    const allowed = all.filter(({ id }) => rights.every((right) => found.get(id)?.has(right)));
    query = query.where('id', 'in', ['', ...allowed.map(({ id }) => id)]);
  }
  const { rows: projects, totalCount } = await readPage(
    query.selectAll().orderBy('name', descending ? 'desc' : 'asc'),
    page,
  );
  return { projects, totalCount };
}

/** Changes only the given attributes. */
export async function updateProject(
  { db }: Platform,
  caller: Caller,
  id: string,
  attributes: ProjectChange,
  bindings: readonly TagBinding[] | undefined,
): Promise<Project> {
  return await transact(db, async (tx) => {
    const before = (await lockProjectRow(tx, id)) ?? refuse('not_found');
    await requireInProject(tx, caller, before, 'update');
    const { name, description, 'auto-destroy-activity-duration': duration } = attributes;
    const owner = { organizationId: before.organization_id, projectId: id };
    const columns = {
      name: name ?? before.name,
      description: description === undefined ? before.description : description,
      auto_destroy_activity_duration:
        duration === undefined ? before.auto_destroy_activity_duration : duration,
      ...(await settleExecution(tx, owner, before, attributes)),
    };
    const updated = await tx
      .updateTable('project')
      .set(columns)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
    if (bindings !== undefined) await writeBindings(tx, 'project', id, bindings, { replace: true });
    if (
      updated.default_execution_mode !== before.default_execution_mode ||
      updated.default_agent_pool_id !== before.default_agent_pool_id
    ) {
      await spreadDefaultExecution(tx, before.organization_id);
    }
    await recordChange(tx, caller, {
      organizationId: before.organization_id,
      resource: { type: 'projects', id },
      action: 'update',
      ...differences(before, columns),
    });
    return updated;
  }).catch(refuseIfNameIsTaken);
}

const NO_DEFAULT: DefaultExecution<Row<'project'>['default_execution_mode']> = {
  default_execution_mode: null,
  default_agent_pool_id: null,
};

/** A project without a mode of its own has that of its organization. */
async function settleExecution(
  tx: Tx,
  owner: DefaultOwner,
  before: typeof NO_DEFAULT,
  attributes: ProjectChange,
): Promise<typeof NO_DEFAULT> {
  const mode = attributes['default-execution-mode'];
  const poolId = attributes['default-agent-pool-id'];
  const given = attributes['setting-overwrites'];
  const overwrites = given?.['default-execution-mode'] ?? given?.['default-agent-pool'];
  if (mode === null || overwrites === false) return NO_DEFAULT;
  const inheritsPool = poolId === null && before.default_execution_mode === null;
  if (mode === undefined && (poolId === undefined || inheritsPool) && overwrites !== true) {
    const { default_execution_mode, default_agent_pool_id } = before;
    return { default_execution_mode, default_agent_pool_id };
  }
  const held =
    before.default_execution_mode === null
      ? await tx
          .selectFrom('organization')
          .select(['default_execution_mode', 'default_agent_pool_id'])
          .where('id', '=', owner.organizationId ?? '')
          .executeTakeFirstOrThrow()
      : { ...before, default_execution_mode: before.default_execution_mode };
  return await settleDefaultExecution(tx, owner, held, { mode, poolId });
}

/** @throws 409 while it has workspaces; 422 for the organization's default project */
export async function deleteProject({ db }: Platform, caller: Caller, id: string): Promise<void> {
  await transact(db, async (tx) => {
    const project = (await lockProjectRow(tx, id)) ?? refuse('not_found');
    await requireInProject(tx, caller, project, 'delete');
    if (project.is_default) {
      refuse('unprocessable', `${project.name} is the default project of its organization: it stays.`);
    }
    const { count } = await tx
      .selectFrom('workspace')
      .where('project_id', '=', id)
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count > 0) {
      refuse(
        'conflict',
        `${project.name} has workspaces (${count}): move them to another project or delete them first.`,
      );
    }
    await tx.deleteFrom('project').where('id', '=', id).execute();
    await recordChange(tx, caller, {
      organizationId: project.organization_id,
      resource: { type: 'projects', id },
      action: 'destroy',
      before: { name: project.name, description: project.description },
    });
  });
}

async function lockProjectRow(tx: Tx, id: string): Promise<Project | undefined> {
  return await tx.selectFrom('project').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Keeps a project from being deleted until the transaction ends. @throws 404 when it was deleted */
export async function keepProject(tx: Tx, id: string): Promise<void> {
  const kept = await tx
    .selectFrom('project')
    .select('id')
    .where('id', '=', id)
    .forKeyShare()
    .executeTakeFirst();
  if (kept === undefined) refuse('not_found');
}

/** The number of workspaces and teams of each of these projects, in one query. */
export async function countInProjects(
  { db }: Platform,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ProjectCounts>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('project')
    .select('project.id')
    .select((select) => [
      select
        .selectFrom('workspace')
        .whereRef('workspace.project_id', '=', 'project.id')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('workspaces'),
      select
        .selectFrom('team_project')
        .whereRef('team_project.project_id', '=', 'project.id')
        .select((count) => count.fn.countAll<number>().as('count'))
        .as('teams'),
    ])
    .where('project.id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, workspaces, teams }) => [id, { workspaces: workspaces ?? 0, teams: teams ?? 0 }]),
  );
}
