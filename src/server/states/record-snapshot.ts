import type { Transaction } from 'kysely';
import { newId } from '@runwright/models';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Row, StateSnapshot } from '../database/schema.ts';

type ChangingRun = Pick<Row<'run'>, 'id' | 'organization_id' | 'workspace_id' | 'created_by'>;

/**
 * Makes the newest state that a run's apply has reported the workspace's current state version, in the transaction that
 * ends the run, so that there is never an ended apply without its state. The serial never goes back: a state that does
 * not follow the current one is kept as the apply's errored state instead, for people to look at.
 *
 * The caller holds the workspace's row.
 *
 * @returns `diverged` when the state could not become current
 */
export async function recordSnapshot(
  tx: Transaction<Database>,
  run: ChangingRun,
): Promise<'recorded' | 'unchanged' | 'diverged'> {
  const apply = await tx
    .selectFrom('run_phase')
    .select(['id', 'snapshot'])
    .where('run_id', '=', run.id)
    .where('kind', '=', 'apply')
    .executeTakeFirstOrThrow();
  const { snapshot } = apply;
  if (snapshot === null) return 'unchanged';
  const current = await tx
    .selectFrom('workspace')
    .innerJoin('state_version', 'state_version.id', 'workspace.current_state_version_id')
    .select(['state_version.serial', 'state_version.lineage', 'state_version.sha256', 'state_version.run_id'])
    .where('workspace.id', '=', run.workspace_id)
    .executeTakeFirst();
  if (current?.sha256 === snapshot.sha256) return 'unchanged';
  // One apply may report one serial more than once, each time with more in it.
  const lowestSerial = current === undefined ? 0 : current.serial + (current.run_id === run.id ? 0 : 1);
  const follows =
    current === undefined || (current.lineage === snapshot.lineage && snapshot.serial >= lowestSerial);
  if (!follows) {
    await tx
      .updateTable('run_phase')
      .set({ errored_state_sha256: snapshot.sha256 })
      .where('id', '=', apply.id)
      .execute();
    return 'diverged';
  }
  const id = await insertStateVersion(tx, run, snapshot);
  await recordChange(tx, null, {
    organizationId: run.organization_id,
    resource: { type: 'state-versions', id },
    action: 'create',
    after: { workspace: run.workspace_id, run: run.id, serial: snapshot.serial, sha256: snapshot.sha256 },
  });
  return 'recorded';
}

async function insertStateVersion(
  tx: Transaction<Database>,
  run: ChangingRun,
  snapshot: StateSnapshot,
): Promise<string> {
  const id = newId('sv');
  await tx
    .insertInto('state_version')
    .values({
      id,
      workspace_id: run.workspace_id,
      run_id: run.id,
      created_by: run.created_by,
      serial: snapshot.serial,
      lineage: snapshot.lineage,
      md5: snapshot.md5,
      sha256: snapshot.sha256,
      size_bytes: snapshot.sizeBytes,
      terraform_version: snapshot.terraformVersion,
      resource_count: snapshot.resourceCount,
    })
    .execute();
  const outputs = snapshot.outputs.map((output) => ({
    id: newId('wsout'),
    state_version_id: id,
    name: output.name,
    sensitive: output.sensitive,
    value: JSON.stringify(output.value),
    detailed_type: JSON.stringify(output.detailedType),
  }));
  if (outputs.length > 0) await tx.insertInto('state_version_output').values(outputs).execute();
  await tx
    .updateTable('workspace')
    .set({ current_state_version_id: id })
    .where('id', '=', run.workspace_id)
    .execute();
  return id;
}
