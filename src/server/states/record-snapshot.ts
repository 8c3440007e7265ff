import type { Transaction } from 'kysely';
import { recordChange } from '../audit/record-change.ts';
import type { Database, Row } from '../database/schema.ts';
import { serialAfterApply } from './rules.ts';
import { insertCurrent, readCurrent } from './store.ts';

type ChangingRun = Pick<Row<'run'>, 'id' | 'organization_id' | 'workspace_id' | 'created_by'>;

/**
 * Makes the newest state that a run's apply has reported the workspace's current state version, in the transaction that
 * ends the run, so that there is never an ended apply without its state. The serial never goes back: a state that does
 * not follow the current one is kept as the apply's errored state instead, for people to look at.
 *
 * The caller holds the workspace's row.
 *
 * @param mayBecomeCurrent no: it is kept as the errored state in any case
 * @returns `diverged` when the state could not become current
 */
export async function recordSnapshot(
  tx: Transaction<Database>,
  run: ChangingRun,
  mayBecomeCurrent = true,
): Promise<'recorded' | 'unchanged' | 'diverged'> {
  const apply = await tx
    .selectFrom('run_phase')
    .select(['id', 'snapshot'])
    .where('run_id', '=', run.id)
    .where('kind', '=', 'apply')
    .executeTakeFirstOrThrow();
  const { snapshot } = apply;
  if (snapshot === null) return 'unchanged';
  const current = await readCurrent(tx, run.workspace_id);
  if (current?.sha256 === snapshot.sha256) return 'unchanged';
  const known = current && {
    serial: current.serial,
    contentSerial: current.content_serial ?? current.serial,
    sameRun: current.run_id === run.id,
  };
  const lineage = current?.content_lineage ?? current?.lineage ?? snapshot.lineage;
  const serial = lineage === snapshot.lineage ? serialAfterApply(known, snapshot.serial) : undefined;
  if (serial === undefined || !mayBecomeCurrent) {
    await tx
      .updateTable('run_phase')
      .set({ errored_state_sha256: snapshot.sha256 })
      .where('id', '=', apply.id)
      .execute();
    return 'diverged';
  }
  const { id } = await insertCurrent(
    tx,
    {
      workspace_id: run.workspace_id,
      run_id: run.id,
      created_by: run.created_by,
      serial,
      lineage: snapshot.lineage,
      md5: snapshot.md5,
    },
    { facts: snapshot, sha256: snapshot.sha256, sizeBytes: snapshot.sizeBytes },
  );
  await recordChange(tx, null, {
    organizationId: run.organization_id,
    resource: { type: 'state-versions', id },
    action: 'create',
    after: { workspace: run.workspace_id, run: run.id, serial, sha256: snapshot.sha256 },
  });
  return 'recorded';
}
