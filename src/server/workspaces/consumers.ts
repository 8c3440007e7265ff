import { sql, type Expression, type SqlBool } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { readableWorkspaces } from '../access/rights.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { selectWorkspaces, type WorkspaceView } from './queries.ts';
import { lockWorkspaceRow, readWorkspace } from './service.ts';

/**
 * The workspaces whose runs may read the state of this one, as far as the caller may know of them (api-contract §5.3):
 * those of the whole organization or project if the state is shared with it, unless only the named ones are requested.
 */
export async function listConsumers(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  onlyNamed: boolean,
  page: Page,
): Promise<{ workspaces: WorkspaceView[]; totalCount: number }> {
  const workspace = await readWorkspace(platform, caller, workspaceId, 'read-settings');
  const consumers = platform.db
    .selectFrom(selectWorkspaces(platform.db).as('workspace'))
    .where(onlyNamed ? isNamedBy(workspace.id) : mayReadStateOf(workspace))
    .where(await readableWorkspaces(platform.db, caller, workspace.organization_id));
  const { rows: workspaces, totalCount } = await readPage(
    consumers.selectAll('workspace').orderBy('workspace.name'),
    page,
  );
  return { workspaces, totalCount };
}

const isNamedBy = (id: string): Expression<SqlBool> =>
  sql<SqlBool>`exists (select from remote_state_consumer consumer
    where consumer.workspace_id = ${id} and consumer.consumer_id = workspace.id)`;

function mayReadStateOf(shared: WorkspaceView): Expression<SqlBool> {
  if (shared.global_remote_state) return sql<SqlBool>`workspace.organization_id = ${shared.organization_id}`;
  if (!shared.project_remote_state) return isNamedBy(shared.id);
  return sql<SqlBool>`(workspace.project_id = ${shared.project_id} or ${isNamedBy(shared.id)})`;
}

export type ConsumerChange = 'add' | 'replace' | 'remove';

/**
 * Adding and replacing share a state with the runs of these workspaces: the caller must be allowed to know of each.
 *
 * @throws 422 for one that is not a workspace of the organization
 */
export async function changeConsumers(
  platform: Platform,
  caller: Caller,
  workspaceId: string,
  change: ConsumerChange,
  consumerIds: readonly string[],
): Promise<void> {
  const workspace = await readWorkspace(platform, caller, workspaceId, 'admin');
  const { organization_id: organizationId } = workspace;
  const wanted = [...new Set(consumerIds)];
  if (change !== 'remove') await requireReadable(platform, caller, organizationId, wanted);
  await transact(platform.db, async (tx) => {
    (await lockWorkspaceRow(tx, workspace.id)) ?? refuse('not_found');
    const before = await consumersOf(tx, workspace.id);
    const after = outcomes[change](before, wanted);
    const gone = before.filter((id) => !after.includes(id));
    const added = after.filter((id) => !before.includes(id));
    if (gone.length > 0) {
      await tx
        .deleteFrom('remote_state_consumer')
        .where('workspace_id', '=', workspace.id)
        .where('consumer_id', 'in', gone)
        .execute();
    }
    if (added.length > 0) {
      await tx
        .insertInto('remote_state_consumer')
        .values(
          added.map((id) => ({
            organization_id: organizationId,
            workspace_id: workspace.id,
            consumer_id: id,
          })),
        )
        .execute();
    }
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'workspaces', id: workspace.id },
      action: `${change}_remote_state_consumers`,
      before: { consumers: before },
      after: { consumers: after },
    });
  });
}

const outcomes: Record<ConsumerChange, (before: string[], wanted: string[]) => string[]> = {
  add: (before, wanted) => [...new Set([...before, ...wanted])],
  replace: (_before, wanted) => wanted,
  remove: (before, wanted) => before.filter((id) => !wanted.includes(id)),
};

async function consumersOf(tx: Tx, workspaceId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('remote_state_consumer')
    .select('consumer_id')
    .where('workspace_id', '=', workspaceId)
    .orderBy('consumer_id')
    .execute();
  return rows.map(({ consumer_id }) => consumer_id);
}

async function requireReadable(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const rows = await db
    .selectFrom('workspace')
    .select('workspace.id')
    .where('workspace.id', 'in', ids)
    .where('workspace.organization_id', '=', organizationId)
    .where(await readableWorkspaces(db, caller, organizationId))
    .execute();
  const missing = ids.filter((id) => !rows.some((row) => row.id === id));
  if (missing.length > 0) {
    refuse('invalid_attribute', `"${missing.join('", "')}": not a workspace of the organization.`, '/data');
  }
}
