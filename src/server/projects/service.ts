import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../audit/record-change.ts';
import { requireInOrganization, requireInProject, type ProjectPermission } from '../access/permissions.ts';
import { readableProjects } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';

export type Project = Row<'project'>;

export async function createProject(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { name, description }: { name: string; description?: string | null },
): Promise<Project> {
  await requireInOrganization(db, caller, organizationId, 'manage-projects');
  return await transact(db, async (tx) => {
    const project = await tx
      .insertInto('project')
      .values({ id: newId('prj'), organization_id: organizationId, name, description: description ?? null })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (project === undefined) {
      refuse('invalid_attribute', 'Name has already been taken', '/data/attributes/name');
    }
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'projects', id: project.id },
      action: 'create',
      after: { name, description: project.description },
    });
    return project;
  });
}

export async function readProject(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: ProjectPermission = 'read',
): Promise<Project> {
  const project = await db.selectFrom('project').selectAll().where('id', '=', id).executeTakeFirst();
  if (project === undefined) refuse('not_found');
  await requireInProject(db, caller, project, permission);
  return project;
}

/** Those the caller may read. @param names only projects with one of these names; empty: all */
export async function listProjects(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  names: readonly string[],
  page: Page,
): Promise<{ projects: Project[]; totalCount: number }> {
  let query = db
    .selectFrom('project')
    .where('organization_id', '=', organizationId)
    .where(await readableProjects(db, caller, organizationId));
  if (names.length > 0) query = query.where('name', 'in', names);
  const { count } = await query
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const projects = await query.selectAll().orderBy('name').limit(page.size).offset(offsetOf(page)).execute();
  return { projects, totalCount: count };
}
