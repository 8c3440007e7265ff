import { newId } from '@runwright/models';
import { sql, type Expression, type SqlBool } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { readableProjects, readableWorkspaces } from '../access/rights.ts';
import { recorderOf } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken, refuseTakenName } from '../http/taken-name.ts';

const record = recorderOf('agent-pools');

export type AgentPool = Row<'agent_pool'>;

/** Ids; a list that is not given stays as it is. */
export interface PoolChange {
  name?: string | undefined;
  organizationScoped?: boolean | undefined;
  allowedWorkspaces?: readonly string[] | undefined;
  allowedProjects?: readonly string[] | undefined;
  excludedWorkspaces?: readonly string[] | undefined;
}

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readPool(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-agent-pools',
): Promise<AgentPool> {
  const pool = await db.selectFrom('agent_pool').selectAll().where('id', '=', id).executeTakeFirst();
  if (pool === undefined) refuse('not_found');
  await requireInOrganization(db, caller, pool.organization_id, permission);
  return pool;
}

export interface PoolSearch {
  /** A part of the name; empty: all. */
  part: string;
  /** Only pools that are for the workspace, or the project, of this name. */
  forWorkspace: string | undefined;
  forProject: string | undefined;
  /** `name` or `created-at`; with a - in reverse. */
  sort: string | undefined;
}

export async function listPools(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { part, forWorkspace, forProject, sort = 'name' }: PoolSearch,
  page: Page,
): Promise<{ pools: AgentPool[]; totalCount: number }> {
  let query = db.selectFrom('agent_pool').where('organization_id', '=', organizationId);
  if (part !== '') query = query.where('name', 'ilike', containing(part));
  if (forWorkspace !== undefined) {
    const readable = await readableWorkspaces(db, caller, organizationId);
    query = query.where(isForWorkspace(forWorkspace, readable));
  }
  if (forProject !== undefined) {
    const readable = await readableProjects(db, caller, organizationId);
    query = query.where(isForProject(forProject, readable));
  }
  const { rows: pools, totalCount } = await readPage(
    query
      .selectAll()
      .orderBy(sort.endsWith('created-at') ? 'created_at' : 'name', sort.startsWith('-') ? 'desc' : 'asc')
      .orderBy('id'),
    page,
  );
  return { pools, totalCount };
}

/** A pool of the whole organization is for all workspaces except those that it excludes. */
const isForWorkspace = (name: string, readable: Expression<SqlBool>): Expression<SqlBool> =>
  sql<SqlBool>`exists (select from workspace
        where workspace.organization_id = agent_pool.organization_id and workspace.name = ${name} and ${readable}
          and (agent_pool.organization_scoped
            or exists (select from agent_pool_workspace allowed
              where allowed.agent_pool_id = agent_pool.id and allowed.workspace_id = workspace.id)
            or exists (select from agent_pool_project allowed
              where allowed.agent_pool_id = agent_pool.id and allowed.project_id = workspace.project_id))
          and not exists (select from agent_pool_excluded_workspace excluded
            where excluded.agent_pool_id = agent_pool.id and excluded.workspace_id = workspace.id))`;

const isForProject = (name: string, readable: Expression<SqlBool>): Expression<SqlBool> =>
  sql<SqlBool>`exists (select from project
        where project.organization_id = agent_pool.organization_id and project.name = ${name} and ${readable}
          and (agent_pool.organization_scoped
            or exists (select from agent_pool_project allowed
              where allowed.agent_pool_id = agent_pool.id and allowed.project_id = project.id)))`;

export async function createPool(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  change: PoolChange & { name: string },
): Promise<AgentPool> {
  return await transact(db, async (tx) => {
    const pool = await tx
      .insertInto('agent_pool')
      .values({
        id: newId('apool'),
        organization_id: organizationId,
        name: change.name,
        organization_scoped: change.organizationScoped ?? true,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (pool === undefined) return refuseTakenName();
    await allow(tx, caller, pool, change);
    await record(tx, caller, pool, 'create', { after: { ...change } });
    return pool;
  });
}

/** Workspaces that use the pool keep it, also when it is no longer allowed for them: their queued runs are not lost. */
export async function updatePool(
  { db }: Platform,
  caller: Caller,
  before: AgentPool,
  change: PoolChange,
): Promise<AgentPool> {
  return await transact(db, async (tx) => {
    const pool = await tx
      .updateTable('agent_pool')
      .set({
        id: before.id,
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.organizationScoped === undefined
          ? {}
          : { organization_scoped: change.organizationScoped }),
      })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (pool === undefined) return refuse('not_found');
    await allow(tx, caller, pool, change);
    const { name, organization_scoped: organizationScoped } = before;
    await record(tx, caller, pool, 'update', { before: { name, organizationScoped }, after: { ...change } });
    return pool;
  }).catch(refuseIfNameIsTaken);
}

/** @throws 409 while workspaces use it, or steps wait in it, which would never be executed */
export async function deletePool({ db }: Platform, caller: Caller, pool: AgentPool): Promise<void> {
  await transact(db, async (tx) => {
    const locked = await tx
      .selectFrom('agent_pool')
      .select('id')
      .where('id', '=', pool.id)
      .forUpdate()
      .executeTakeFirst();
    if (locked === undefined) refuse('not_found');
    const users = await tx
      .selectFrom('workspace')
      .select('name')
      .where('agent_pool_id', '=', pool.id)
      .limit(1)
      .executeTakeFirst();
    if (users !== undefined) refuse('conflict', `The agent pool is used by the workspace ${users.name}.`);
    const organization = await tx
      .selectFrom('organization')
      .select('id')
      .where('default_agent_pool_id', '=', pool.id)
      .executeTakeFirst();
    if (organization !== undefined)
      refuse('conflict', "The agent pool is the organization's default agent pool.");
    const project = await tx
      .selectFrom('project')
      .select('name')
      .where('default_agent_pool_id', '=', pool.id)
      .executeTakeFirst();
    if (project !== undefined)
      refuse('conflict', `The agent pool is the default agent pool of the project ${project.name}.`);
    const step = await tx
      .selectFrom('run_phase')
      .select('run_id')
      .where('agent_pool_id', '=', pool.id)
      .where('status', 'in', ['queued', 'running'])
      .limit(1)
      .executeTakeFirst();
    if (step !== undefined) refuse('conflict', `The run ${step.run_id} waits for or runs in the agent pool.`);
    await tx.deleteFrom('agent_pool').where('id', '=', pool.id).execute();
    await record(tx, caller, pool, 'destroy', { before: { name: pool.name } });
  });
}

/** Entries that the caller may not know of are neither added nor removed: the lists that the caller reads lack them. */
async function allow(tx: Tx, caller: Caller, pool: AgentPool, change: PoolChange): Promise<void> {
  const own = { organization_id: pool.organization_id, agent_pool_id: pool.id };
  const readable = {
    workspace: await readableWorkspaces(tx, caller, pool.organization_id),
    project: await readableProjects(tx, caller, pool.organization_id),
  };
  for (const [list, table, given] of [
    ['allowed-workspaces', 'agent_pool_workspace', change.allowedWorkspaces],
    ['excluded-workspaces', 'agent_pool_excluded_workspace', change.excludedWorkspaces],
  ] as const) {
    if (given === undefined) continue;
    const ids = [...new Set(given)];
    await requireOwn(tx, 'workspace', ids, pool.organization_id, list, readable.workspace);
    await tx
      .deleteFrom(table)
      .where('agent_pool_id', '=', pool.id)
      .where('workspace_id', 'in', (sub) =>
        sub.selectFrom('workspace').select('id').where(readable.workspace),
      )
      .execute();
    const rows = ids.map((id) => ({ ...own, workspace_id: id }));
    if (rows.length > 0) await tx.insertInto(table).values(rows).execute();
  }
  if (change.allowedProjects !== undefined) {
    const ids = [...new Set(change.allowedProjects)];
    await requireOwn(tx, 'project', ids, pool.organization_id, 'allowed-projects', readable.project);
    await tx
      .deleteFrom('agent_pool_project')
      .where('agent_pool_id', '=', pool.id)
      .where('project_id', 'in', (sub) => sub.selectFrom('project').select('id').where(readable.project))
      .execute();
    const rows = ids.map((id) => ({ ...own, project_id: id }));
    if (rows.length > 0) await tx.insertInto('agent_pool_project').values(rows).execute();
  }
}

async function requireOwn(
  tx: Tx,
  table: 'workspace' | 'project',
  ids: readonly string[],
  organizationId: string,
  list: string,
  readable: Expression<SqlBool>,
): Promise<void> {
  if (ids.length === 0) return;
  const found = await tx
    .selectFrom(table)
    .select('id')
    .where('id', 'in', ids)
    .where('organization_id', '=', organizationId)
    .where(readable)
    .forShare()
    .execute();
  const missing = ids.find((id) => !found.some((row) => row.id === id));
  if (missing === undefined) return;
  const pointer = `/data/relationships/${list}`;
  refuse('invalid_attribute', `"${missing}" is no ${table} of the organization`, pointer);
}
