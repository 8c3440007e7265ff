import type { Transaction } from 'kysely';
import { newId } from '@runwright/models';
import type { z } from 'zod';
import { differences, recordChange } from '../access/record-change.ts';
import type { Caller } from '../access/caller.ts';
import { requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import { readableWorkspaces } from '../access/rights.ts';
import { requireTeams } from '../approval-rules/rule-teams.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken, refuseTakenName } from '../http/taken-name.ts';
import { defaultProjectId } from '../organizations/service.ts';
import { keepProject, readProject } from '../projects/service.ts';
import { writeBindings, type TagBinding } from '../tags/bindings.ts';
import { resolveTags, tagWorkspace, type TagData } from '../tags/names.ts';
import { changeClientSettings } from './client-settings.ts';
import { runStatuses, workspaceConditions, workspaceOrder, type WorkspaceListQuery } from './list-filters.ts';
import { toColumns, type NewWorkspaceAttributes, type WorkspaceChange } from './attributes.ts';
import { settleExecution, type GivenExecution } from '../execution/execution.ts';
import { holdDefaultExecution } from '../execution/inherited-execution.ts';
import { selectWorkspaces, type WorkspaceView } from './queries.ts';

export type { WorkspaceView } from './queries.ts';

export interface NewWorkspaceRelations {
  /** undefined: the organization's default project. */
  projectId: string | undefined;
  agentPoolId?: string | undefined;
  tags: z.output<typeof TagData>;
  bindings: readonly TagBinding[];
}

export async function createWorkspace(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  attributes: z.output<typeof NewWorkspaceAttributes>,
  { projectId, agentPoolId: relatedPoolId, tags, bindings }: NewWorkspaceRelations,
): Promise<WorkspaceView> {
  const project = await readProject(
    platform,
    caller,
    projectId ?? (await defaultProjectId(platform, organizationId)),
    'create-workspace',
  );
  if (project.organization_id !== organizationId) refuse('not_found');
  const id = newId('ws');
  return await transact(platform.db, async (tx) => {
    await keepProject(tx, project.id);
    const inherited = await holdDefaultExecution(tx, project.id);
    await requireTeams(tx, organizationId, attributes['approval-rules'] ?? [], []);
    const columns = {
      ...toColumns(attributes),
      ...(await settleExecution(
        tx,
        { organizationId, projectId: project.id, workspaceId: undefined },
        { ...inherited, overrides_execution: false },
        inherited,
        executionIn(attributes, relatedPoolId),
      )),
      name: attributes.name,
      project_id: project.id,
      client_settings: JSON.stringify(changeClientSettings({}, attributes)),
    };
    const inserted = await tx
      .insertInto('workspace')
      .values({ ...columns, id, organization_id: organizationId })
      .onConflict((conflict) => conflict.columns(['organization_id', 'name']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined) refuseTakenName();
    const tagIds = await resolveTags(tx, organizationId, tags, { create: true });
    await tagWorkspace(tx, { id, organization_id: organizationId }, tagIds);
    await writeBindings(tx, 'workspace', id, bindings);
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'workspaces', id },
      action: 'create',
      after: columns,
    });
    return await viewWorkspace(tx, id);
  });
}

/** The workspace as this transaction has created or changed it: no later request affects the answer. */
export async function viewWorkspace(tx: Tx, id: string): Promise<WorkspaceView> {
  return await selectWorkspaces(tx).where('workspace.id', '=', id).executeTakeFirstOrThrow();
}

/** The execution settings of a request; the pool may be named as an attribute or as a relationship. */
function executionIn(
  attributes: z.output<typeof WorkspaceChange>,
  relatedPoolId: string | undefined,
): GivenExecution {
  const overwrites = attributes['setting-overwrites'];
  return {
    mode: toColumns(attributes).execution_mode,
    poolId: relatedPoolId ?? attributes['agent-pool-id'],
    overrides: overwrites?.['execution-mode'] ?? overwrites?.['agent-pool'],
  };
}

/** @throws 404 when it does not exist or the caller may not do this in it */
export async function readWorkspace(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: WorkspacePermission = 'read',
): Promise<WorkspaceView> {
  const workspace = await selectWorkspaces(db).where('workspace.id', '=', id).executeTakeFirst();
  if (workspace === undefined) refuse('not_found');
  await requireInWorkspace(db, caller, workspace, permission);
  return workspace;
}

/** The workspaces of these ids, for callers that have checked who may see them. */
export async function readWorkspaces({ db }: Platform, ids: readonly string[]): Promise<WorkspaceView[]> {
  return ids.length === 0 ? [] : await selectWorkspaces(db).where('workspace.id', 'in', ids).execute();
}

export async function readWorkspaceByName(
  { db }: Platform,
  caller: Caller,
  organizationName: string,
  name: string,
  permission: WorkspacePermission = 'read',
): Promise<WorkspaceView> {
  const workspace = await selectWorkspaces(db)
    .where('organization.name', '=', organizationName)
    .where('workspace.name', '=', name)
    .executeTakeFirst();
  if (workspace === undefined) refuse('not_found');
  await requireInWorkspace(db, caller, workspace, permission);
  return workspace;
}

/** The workspaces that match the query and that the caller may read. */
export async function listWorkspaces(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  query: z.output<typeof WorkspaceListQuery>,
  page: Page,
): Promise<{ workspaces: WorkspaceView[]; totalCount: number }> {
  const views = selectWorkspaces(db).where('workspace.organization_id', '=', organizationId);
  let wanted = db
    .selectFrom(views.as('workspace'))
    .leftJoin('run as current_run', 'current_run.id', 'workspace.current_run_id')
    .where(await readableWorkspaces(db, caller, organizationId));
  for (const condition of workspaceConditions(query)) wanted = wanted.where(condition);
  const statuses = runStatuses(query);
  if (statuses.length > 0) {
    wanted = wanted.where('current_run.status', 'in', statuses as Row<'run'>['status'][]);
  }
  const { rows: workspaces, totalCount } = await readPage(
    wanted.selectAll('workspace').orderBy(workspaceOrder(query.sort)).orderBy('workspace.name'),
    page,
  );
  return { workspaces, totalCount };
}

/** Changes only the given attributes. */
export async function updateWorkspace(
  platform: Platform,
  caller: Caller,
  workspace: WorkspaceView,
  attributes: z.output<typeof WorkspaceChange>,
  {
    projectId,
    agentPoolId,
    bindings,
  }: {
    projectId?: string | undefined;
    agentPoolId?: string | undefined;
    bindings?: readonly TagBinding[] | undefined;
  } = {},
): Promise<WorkspaceView> {
  await requireInWorkspace(platform.db, caller, workspace, 'admin');
  const target =
    projectId === undefined ? undefined : await requireMove(platform, caller, workspace, projectId);
  return await transact(platform.db, async (tx) => {
    if (target !== undefined) await keepProject(tx, target);
    const inherited = await holdDefaultExecution(tx, target ?? workspace.project_id);
    const before = (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    if (target === undefined && before.project_id !== workspace.project_id) {
      refuse('conflict', 'The workspace was moved to another project meanwhile: try again.');
    }
    // Otherwise an agent could remove its own barrier.
    if (
      caller.origin.via === 'mcp' &&
      before.mcp_apply_approval &&
      attributes['mcp-apply-approval'] === false
    ) {
      refuse(
        'invalid_attribute',
        'Over MCP, mcp-apply-approval can be switched on and not off.',
        '/data/attributes/mcp-apply-approval',
      );
    }
    const guarded = (['approval-rules', 'change-windows'] as const).find(
      (name) => attributes[name] !== undefined,
    );
    if (caller.origin.via === 'mcp' && guarded !== undefined) {
      refuse('invalid_attribute', `Over MCP, ${guarded} cannot be changed.`, `/data/attributes/${guarded}`);
    }
    if (
      caller.origin.via === 'mcp' &&
      loosensRisk(before.auto_apply_below_risk, attributes['auto-apply-below-risk'])
    ) {
      refuse(
        'invalid_attribute',
        'Over MCP, auto-apply-below-risk can be set and lowered, and not raised or taken away.',
        '/data/attributes/auto-apply-below-risk',
      );
    }
    const rules = attributes['approval-rules'] ?? [];
    await requireTeams(tx, workspace.organization_id, rules, before.approval_rules);
    const settings = changeClientSettings(before.client_settings, attributes);
    const given = toColumns(attributes);
    const execution = executionIn(attributes, agentPoolId);
    const isMoved = target !== undefined || Object.values(execution).some((value) => value !== undefined);
    const place = {
      organizationId: workspace.organization_id,
      projectId: target ?? before.project_id,
      workspaceId: workspace.id,
    };
    const columns = {
      ...given,
      ...(isMoved ? await settleExecution(tx, place, before, inherited, execution) : {}),
      ...(target === undefined ? {} : { project_id: target }),
    };
    if (bindings !== undefined)
      await writeBindings(tx, 'workspace', workspace.id, bindings, { replace: true });
    await tx
      .updateTable('workspace')
      .set({ ...columns, client_settings: JSON.stringify(settings), updated_at: new Date() })
      .where('id', '=', workspace.id)
      .execute()
      .catch(refuseIfNameIsTaken);
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'workspaces', id: workspace.id },
      action: 'update',
      ...differences(before, { ...columns, client_settings: settings }),
    });
    return await viewWorkspace(tx, workspace.id);
  });
}

/** A move needs a right in both the workspace and the new project. */
async function requireMove(
  platform: Platform,
  caller: Caller,
  workspace: WorkspaceView,
  projectId: string,
): Promise<string | undefined> {
  if (workspace.project_id === projectId) return undefined;
  await requireInWorkspace(platform.db, caller, workspace, 'move');
  const project = await readProject(platform, caller, projectId, 'move-workspace');
  if (project.organization_id !== workspace.organization_id) refuse('not_found');
  return project.id;
}

/** The row, locked until the transaction ends: every start, end or lock of the workspace's runs takes it first. */
export async function lockWorkspaceRow(
  tx: Transaction<Database>,
  id: string,
): Promise<Row<'workspace'> | undefined> {
  return await tx.selectFrom('workspace').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Whether plans of a higher risk would now apply by themselves. */
const loosensRisk = (before: number | null, after: number | null | undefined): boolean =>
  before !== null && after !== undefined && (after === null || after > before);
