import type { Transaction } from 'kysely';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database, Row } from '../database/schema.ts';
import { serialAfterApply } from './rules.ts';
import { readStateFacts } from './state-facts.ts';
import { insertCurrent, readCurrent, type StateVersion } from './store.ts';

type ChangingRun = Pick<Row<'run'>, 'id' | 'organization_id' | 'workspace_id' | 'created_by'>;

/**
 * Makes the newest state that a run's apply has reported the workspace's current state version, in the transaction that
 * ends the run, so that an ended apply always has its state. The serial never goes back: a state that does not follow
 * the current one is kept as the apply's errored state instead, for people to inspect.
 *
 * The caller holds the workspace's row.
 *
 * @param mayBecomeCurrent false: it is kept as the errored state in any case
 * @returns `diverged` when the state could not become current
 */
export async function recordSnapshot(
  platform: Platform,
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
    contentSerial: current.content_serial,
    sameRun: current.run_id === run.id,
  };
  const serial = isSameLineage(current, snapshot.lineage)
    ? serialAfterApply(known, snapshot.serial)
    : undefined;
  if (serial === undefined || !mayBecomeCurrent) {
    await tx
      .updateTable('run_phase')
      .set({ errored_state_sha256: snapshot.sha256 })
      .where('id', '=', apply.id)
      .execute();
    return 'diverged';
  }
  const facts = await readStateFacts(platform, snapshot.sha256);
  const { id } = await insertCurrent(
    tx,
    {
      workspace_id: run.workspace_id,
      run_id: run.id,
      created_by: run.created_by,
      serial,
      lineage: snapshot.lineage ?? current?.lineage ?? '',
      md5: snapshot.md5,
    },
    { facts, sha256: snapshot.sha256, sizeBytes: snapshot.sizeBytes },
  );
  await recordChange(tx, null, {
    organizationId: run.organization_id,
    resource: { type: 'state-versions', id },
    action: 'create',
    after: { workspace: run.workspace_id, run: run.id, serial, sha256: snapshot.sha256 },
  });
  return 'recorded';
}

/** An unknown lineage, of an encrypted file for example, counts as the same. */
function isSameLineage(current: StateVersion | undefined, offered: string | null): boolean {
  const lineage = current?.content_lineage ?? current?.lineage ?? '';
  return lineage === '' || offered === null || lineage === offered;
}

/**
 * Reads the facts of an apply's newest state for {@link recordSnapshot}, before its transaction: reading a large file
 * takes long, and rows would stay locked meanwhile.
 */
export async function prepareSnapshot(platform: Platform, phaseId: string): Promise<void> {
  const phase = await platform.db
    .selectFrom('run_phase')
    .select('snapshot')
    .where('id', '=', phaseId)
    .executeTakeFirst();
  if (phase?.snapshot) await readStateFacts(platform, phase.snapshot.sha256);
}
