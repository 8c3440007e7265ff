import { newId } from '@runwright/models';
import type { NewRow, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { replaceManagedResources } from './managed-resources.ts';
import type { StateFacts } from './state-facts.ts';

export type StateVersion = Row<'state_version'>;

/** The facts of a file that is stored already. */
export interface StoredState {
  facts: StateFacts;
  sha256: string;
  sizeBytes: number;
}

/** The columns that a version has once its file is stored. */
export function contentColumns({ facts, sha256, sizeBytes }: StoredState) {
  return {
    status: 'finalized' as const,
    sha256,
    size_bytes: sizeBytes,
    format_version: facts.version,
    is_partial: facts.isPartial,
    content_serial: facts.serial,
    content_lineage: facts.lineage,
    terraform_version: facts.terraformVersion,
    resource_count: facts.resourceCount,
    modules: JSON.stringify(facts.inventory.modules),
    providers: JSON.stringify(facts.inventory.providers),
    resources: JSON.stringify(facts.inventory.resources),
    finalized_at: new Date(),
  };
}

/** A version that waits for its upload. */
export async function insertPending(
  tx: Tx,
  columns: Omit<NewRow<'state_version'>, 'id'>,
): Promise<StateVersion> {
  return await tx
    .insertInto('state_version')
    .values({ ...columns, id: newId('sv'), status: 'pending' })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A version with its file, the workspace's state from then on. The caller holds the workspace's row. */
export async function insertCurrent(
  tx: Tx,
  columns: Omit<NewRow<'state_version'>, 'id'>,
  stored: StoredState,
): Promise<StateVersion> {
  const version = await tx
    .insertInto('state_version')
    .values({ ...columns, ...contentColumns(stored), id: newId('sv') })
    .returningAll()
    .executeTakeFirstOrThrow();
  await makeCurrent(tx, version, stored);
  return version;
}

/** Stores the outputs and resources of a version that has its file now, and makes it the workspace's current one. */
export async function makeCurrent(tx: Tx, version: StateVersion, { facts }: StoredState): Promise<void> {
  const outputs = facts.outputs.map((output) => ({
    id: newId('wsout'),
    state_version_id: version.id,
    name: output.name,
    sensitive: output.sensitive,
    value: output.value,
    value_start: output.valueSpan.start,
    value_end: output.valueSpan.end,
    detailed_type: output.type,
  }));
  // A statement takes at most 65535 parameters.
  for (let start = 0; start < outputs.length; start += 1_000) {
    await tx
      .insertInto('state_version_output')
      .values(outputs.slice(start, start + 1_000))
      .execute();
  }
  await replaceManagedResources(tx, version, facts);
  await tx
    .updateTable('workspace')
    .set({ current_state_version_id: version.id })
    .where('id', '=', version.workspace_id)
    .execute();
}

/** The workspace's current version, for a caller that holds the workspace's row. */
export async function readCurrent(tx: Tx, workspaceId: string): Promise<StateVersion | undefined> {
  return await tx
    .selectFrom('workspace')
    .innerJoin('state_version', 'state_version.id', 'workspace.current_state_version_id')
    .selectAll('state_version')
    .where('workspace.id', '=', workspaceId)
    .executeTakeFirst();
}

/** The lock under which the current version was written is released: no further state follows it. */
export async function settleCurrent(
  tx: Tx,
  workspace: Pick<Row<'workspace'>, 'current_state_version_id'>,
): Promise<void> {
  await tx
    .updateTable('state_version')
    .set({ intermediate: false })
    .where('id', '=', workspace.current_state_version_id)
    .where('intermediate', '=', true)
    .execute();
}

/** Discards versions of a workspace that were announced and never uploaded. */
export async function discardPending(tx: Tx, workspaceId: string): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('state_version')
    .set({ status: 'discarded' })
    .where('workspace_id', '=', workspaceId)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Whether a version was announced and is not uploaded yet. */
export async function hasPending(tx: Tx, workspaceId: string): Promise<boolean> {
  const pending = await tx
    .selectFrom('state_version')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('status', '=', 'pending')
    .executeTakeFirst();
  return pending !== undefined;
}
