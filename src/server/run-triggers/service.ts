import { sql } from 'kysely';
import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';
import { readWorkspace } from '../workspaces/service.ts';

/** api-contract §5.11. */
const MAX_SOURCES = 20;
const POINTER = '/data/relationships/sourceable';

const selectTriggers = ({ db }: Pick<Platform, 'db'>) =>
  db
    .selectFrom('run_trigger')
    .innerJoin('workspace', 'workspace.id', 'run_trigger.workspace_id')
    .innerJoin('workspace as source', 'source.id', 'run_trigger.sourceable_id')
    .selectAll('run_trigger')
    .select(['workspace.name as workspace_name', 'source.name as sourceable_name']);

export type RunTrigger = Awaited<ReturnType<ReturnType<typeof selectTriggers>['executeTakeFirstOrThrow']>>;

/**
 * Makes applied runs of the source workspace queue runs in `workspace`. A circle of triggers is refused: with
 * auto-apply it would never end.
 */
export async function createTrigger(
  platform: Platform,
  caller: Caller,
  workspace: { id: string; name: string; organization_id: string },
  sourceId: string | undefined,
): Promise<RunTrigger> {
  if (sourceId === undefined) refuse('invalid_attribute', 'Sourceable must be present', POINTER);
  const source = await readWorkspace(platform, caller, sourceId, 'read-runs');
  if (source.organization_id !== workspace.organization_id) refuse('not_found');
  if (source.id === workspace.id)
    refuse('invalid_attribute', 'A workspace cannot trigger runs of itself.', POINTER);
  const id = newId('rt');
  return await transact(platform.db, async (tx) => {
    // Triggers of an organization are created one after the other, so that no two of them form an unseen circle.
    await tx
      .selectFrom('organization')
      .select('id')
      .where('id', '=', workspace.organization_id)
      .forNoKeyUpdate()
      .execute();
    if (await reaches(tx, workspace.id, source.id)) {
      const detail = `${workspace.name} triggers runs of ${source.name} already, so this would be a circle.`;
      refuse('unprocessable', detail, POINTER);
    }
    const inserted = await tx
      .insertInto('run_trigger')
      .values({
        id,
        organization_id: workspace.organization_id,
        workspace_id: workspace.id,
        sourceable_id: source.id,
      })
      .onConflict((conflict) => conflict.columns(['workspace_id', 'sourceable_id']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (inserted === undefined)
      refuse('invalid_attribute', `${source.name} triggers runs of this workspace already.`, POINTER);
    const { count } = await tx
      .selectFrom('run_trigger')
      .where('workspace_id', '=', workspace.id)
      .select((select) => select.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    if (count > MAX_SOURCES)
      refuse('unprocessable', `A workspace has at most ${MAX_SOURCES} source workspaces.`, POINTER);
    await recordChange(tx, caller, {
      organizationId: workspace.organization_id,
      resource: { type: 'run-triggers', id },
      action: 'create',
      after: { workspace: workspace.id, sourceable: source.id },
    });
    return await selectTriggers({ db: tx }).where('run_trigger.id', '=', id).executeTakeFirstOrThrow();
  });
}

/** Whether applied runs of `from` lead, through any number of triggers, to runs of `to`. */
async function reaches(tx: Tx, from: string, to: string): Promise<boolean> {
  const { rows } = await sql`
    with recursive reached (id) as (
      select ${from}::text
      union
      select run_trigger.workspace_id from run_trigger join reached on run_trigger.sourceable_id = reached.id)
    select from reached where id = ${to}`.execute(tx);
  return rows.length > 0;
}

export async function listTriggers(
  platform: Platform,
  workspaceId: string,
  direction: 'inbound' | 'outbound',
  page: Page,
): Promise<{ triggers: RunTrigger[]; totalCount: number }> {
  const column = direction === 'inbound' ? 'workspace_id' : 'sourceable_id';
  const { count } = await platform.db
    .selectFrom('run_trigger')
    .where(column, '=', workspaceId)
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const triggers = await selectTriggers(platform)
    .where(`run_trigger.${column}`, '=', workspaceId)
    .orderBy('run_trigger.created_at')
    .orderBy('run_trigger.id')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { triggers, totalCount: count };
}

/** @throws 404 when it does not exist, or the caller may not do this with its workspace */
export async function readTrigger(
  platform: Platform,
  caller: Caller,
  id: string,
  permission: 'read-settings' | 'admin',
): Promise<RunTrigger> {
  const trigger = await selectTriggers(platform).where('run_trigger.id', '=', id).executeTakeFirst();
  if (trigger === undefined) refuse('not_found');
  await readWorkspace(platform, caller, trigger.workspace_id, permission);
  return trigger;
}

export async function deleteTrigger({ db }: Platform, caller: Caller, trigger: RunTrigger): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('run_trigger').where('id', '=', trigger.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await recordChange(tx, caller, {
      organizationId: trigger.organization_id,
      resource: { type: 'run-triggers', id: trigger.id },
      action: 'destroy',
      before: { workspace: trigger.workspace_id, sourceable: trigger.sourceable_id },
    });
  });
}
