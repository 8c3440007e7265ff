import { sql, type Transaction } from 'kysely';
import { newId, statusTimestampKey, type PlatformRunStatus } from '@runwright/models';
import type { Database, PhaseStatus, Row, RowChange } from '../database/schema.ts';
import { statusTimestamp } from '../http/json-api.ts';
import { enqueueNotifications } from '../notifications/enqueue.ts';

export type Tx = Transaction<Database>;
export type Run = Row<'run'>;
export type Phase = Row<'run_phase'>;

/** Statuses that only last inside one transaction: nobody sees them, so the run's history does not name them. */
const PASSED_THROUGH: readonly PlatformRunStatus[] = ['queuing', 'queuing_apply'];

export interface Move {
  actorId?: string | null;
  description?: string;
  commentId?: string | null;
  columns?: Omit<RowChange<'run'>, 'status' | 'status_timestamps' | 'updated_at'>;
}

/**
 * The only way a run changes its status: with its timestamp and its event, in the caller's transaction, and only if it
 * still has the status the caller saw. The database refuses what the state machine does not know.
 */
export async function moveRun(tx: Tx, run: Run, to: PlatformRunStatus, move: Move = {}): Promise<Run> {
  const now = new Date();
  const key = statusTimestampKey(to);
  const stamps = { ...run.status_timestamps, ...(key === null ? {} : { [key]: statusTimestamp(now) }) };
  if (to === 'force_canceled') stamps['canceled-at'] = statusTimestamp(now);
  const moved = await tx
    .updateTable('run')
    .set({ ...move.columns, status: to, status_timestamps: JSON.stringify(stamps), updated_at: now })
    .where('id', '=', run.id)
    .where('status_version', '=', run.status_version)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (!PASSED_THROUGH.includes(to)) await recordEvent(tx, run.id, to, move);
  await enqueueNotifications(tx, run, run.status, to, move.actorId ?? null);
  return moved;
}

export async function recordEvent(
  tx: Tx,
  runId: string,
  action: string,
  { actorId, description, commentId }: Pick<Move, 'actorId' | 'description' | 'commentId'>,
): Promise<void> {
  await tx
    .insertInto('run_event')
    .values({
      id: newId('re'),
      run_id: runId,
      action,
      description: description ?? '',
      actor_id: actorId ?? null,
      comment_id: commentId ?? null,
    })
    .execute();
}

const PHASE_TIMESTAMP: Partial<Record<PhaseStatus, string>> = {
  queued: 'queued-at',
  running: 'started-at',
  finished: 'finished-at',
  errored: 'errored-at',
  canceled: 'canceled-at',
};

export const TERMINAL_PHASES: readonly PhaseStatus[] = ['finished', 'errored', 'canceled', 'unreachable'];

/** Changes a plan's or an apply's status; a phase that has ended stays as it ended. */
export async function movePhase(
  tx: Tx,
  runId: string,
  kind: 'plan' | 'apply',
  to: PhaseStatus,
  columns: Omit<RowChange<'run_phase'>, 'status' | 'status_timestamps'> = {},
): Promise<void> {
  const key = PHASE_TIMESTAMP[to];
  const stamp = JSON.stringify(key === undefined ? {} : { [key]: statusTimestamp(new Date()) });
  await tx
    .updateTable('run_phase')
    .set({
      ...columns,
      status: to,
      status_timestamps: sql`status_timestamps || ${stamp}::jsonb`,
    })
    .where('run_id', '=', runId)
    .where('kind', '=', kind)
    .where('status', 'not in', TERMINAL_PHASES)
    .execute();
}

/** The run, locked until the transaction ends. The workspace's row is locked before it, everywhere. */
export async function lockRun(tx: Tx, id: string): Promise<Run> {
  return await tx.selectFrom('run').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
}
