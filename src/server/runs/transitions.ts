import { sql, type Transaction } from 'kysely';
import { newId, statusTimestampKey, type PlatformRunStatus } from '@runwright/models';
import type { Database, PhaseStatus, Row, RowChange } from '../database/schema.ts';
import { announce } from '../database/transact.ts';
import { statusTimestamp } from '../http/json-api.ts';
import { topics } from '../live/wake-ups.ts';
import { enqueueNotifications } from '../notifications/enqueue.ts';

export type Tx = Transaction<Database>;
export type Run = Row<'run'>;
export type Phase = Row<'run_phase'>;

export interface Move {
  actorId?: string | null;
  /** The agent that acted for the actor. */
  agent?: string | null;
  description?: string;
  commentId?: string | null;
  columns?: RunFacts;
  /** Statuses that it passed in this transaction: they get a timestamp and no event. */
  passed?: readonly PlatformRunStatus[];
}

export type RunFacts = Omit<RowChange<'run'>, 'status' | 'status_timestamps' | 'updated_at'>;

/**
 * Writes a run's new status with its timestamp and event, in the caller's transaction, and only if the run still has
 * the status that the caller saw. The database refuses moves unknown to the state machine; life.ts chooses the move.
 */
export async function moveRun(tx: Tx, run: Run, to: PlatformRunStatus, move: Move = {}): Promise<Run> {
  const now = new Date();
  const keys = [...(move.passed ?? []), to].map(statusTimestampKey).filter((key) => key !== null);
  const stamps: Record<string, string> = { ...run.status_timestamps };
  for (const key of keys) stamps[key] = statusTimestamp(now);
  if (to === 'force_canceled') stamps['canceled-at'] = statusTimestamp(now);
  announce(tx, topics.runEvents);
  const moved = await tx
    .with('event', (once) => once.insertInto('run_event').values(eventOf(run.id, to, move)))
    .updateTable('run')
    .set({ ...move.columns, status: to, status_timestamps: JSON.stringify(stamps), updated_at: now })
    .where('id', '=', run.id)
    .where('status_version', '=', run.status_version)
    .returningAll()
    .executeTakeFirstOrThrow();
  await enqueueNotifications(tx, run, run.status, to, move.actorId ?? null);
  return moved;
}

/** Changes facts of a run other than its status. */
export async function writeFacts(tx: Tx, run: Run, facts: RunFacts): Promise<Run> {
  return await tx
    .updateTable('run')
    .set({ ...facts, updated_at: new Date() })
    .where('id', '=', run.id)
    .where('status_version', '=', run.status_version)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function recordEvent(tx: Tx, runId: string, action: string, told: EventFacts): Promise<void> {
  announce(tx, topics.runEvents);
  await tx
    .insertInto('run_event')
    .values(eventOf(runId, action, told))
    .execute();
}

type EventFacts = Pick<Move, 'actorId' | 'agent' | 'description' | 'commentId'>;

/** An entry of a run's timeline, for code that writes it together with other rows. */
export const eventOf = (
  runId: string,
  action: string,
  { actorId, agent, description, commentId }: EventFacts,
) => ({
  id: newId('re'),
  run_id: runId,
  action,
  description: description ?? '',
  actor_id: actorId ?? null,
  agent: agent ?? null,
  comment_id: commentId ?? null,
});

const PHASE_TIMESTAMP: Partial<Record<PhaseStatus, string>> = {
  queued: 'queued-at',
  running: 'started-at',
  finished: 'finished-at',
  errored: 'errored-at',
  canceled: 'canceled-at',
};

export const TERMINAL_PHASES: readonly PhaseStatus[] = ['finished', 'errored', 'canceled', 'unreachable'];

/** Changes a plan's or an apply's status; a phase that has ended keeps its status. */
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

/** Queues a plan or an apply for the runners of the pool that its workspace has now; null: for the server's own. */
export async function queuePhase(
  tx: Tx,
  run: Run,
  kind: 'plan' | 'apply',
): Promise<{ id: string; poolId: string | null }> {
  const stamp = JSON.stringify({ 'queued-at': statusTimestamp(new Date()) });
  const phase = await tx
    .updateTable('run_phase')
    .from('workspace')
    .set((row) => ({
      status: 'queued' as const,
      agent_pool_id: row.ref('workspace.agent_pool_id'),
      status_timestamps: sql`run_phase.status_timestamps || ${stamp}::jsonb`,
    }))
    .where('workspace.id', '=', run.workspace_id)
    .where('run_phase.run_id', '=', run.id)
    .where('run_phase.kind', '=', kind)
    .where('run_phase.status', '=', 'pending')
    .returning(['run_phase.id', 'run_phase.agent_pool_id as poolId'])
    .executeTakeFirstOrThrow();
  return phase;
}

/** The status that unfinished plans and applies get when their run ends; finished ones keep theirs. */
const LEFT_BY: Partial<Record<PlatformRunStatus, PhaseStatus>> = {
  canceled: 'canceled',
  force_canceled: 'canceled',
  errored: 'errored',
};

export async function endPhases(tx: Tx, run: Run): Promise<void> {
  const left = LEFT_BY[run.status] ?? 'unreachable';
  await movePhase(tx, run.id, 'plan', left);
  await movePhase(tx, run.id, 'apply', run.confirmed_at === null ? 'unreachable' : left);
}

/** The run, locked until the transaction ends. Everywhere, the workspace's row is locked before it. */
export async function lockRun(tx: Tx, id: string): Promise<Run> {
  return await tx.selectFrom('run').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();
}
