import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import type { Database, Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import { readPositions } from './queue.ts';
import { SHOWN_PHASE_COLUMNS, type ShownPhase } from './shown-phase.ts';
import type { Phase, Run } from './transitions.ts';

export const workspaceOf = (run: Pick<Run, 'workspace_id' | 'organization_id'>) => ({
  id: run.workspace_id,
  organization_id: run.organization_id,
});

/** @throws 404 when it is not there or the caller may not do this with runs of its workspace */
export async function readRun(
  db: Kysely<Database>,
  caller: Caller,
  id: string,
  permission: WorkspacePermission = 'read-runs',
): Promise<Run> {
  const run = await db.selectFrom('run').selectAll().where('id', '=', id).executeTakeFirst();
  if (run === undefined) refuse('not_found');
  await requireInWorkspace(db, caller, workspaceOf(run), permission);
  return run;
}

/** A plan or an apply with its run; 404 as for the run. */
export async function readPhase(
  db: Kysely<Database>,
  caller: Caller,
  kind: 'plan' | 'apply',
  id: string,
  permission: WorkspacePermission = 'read-runs',
): Promise<{ phase: Phase; run: Run }> {
  const phase = await db
    .selectFrom('run_phase')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst();
  if (phase === undefined) refuse('not_found');
  return { phase, run: await readRun(db, caller, phase.run_id, permission) };
}

export interface RunDetails {
  run: Run;
  plan: ShownPhase;
  apply: ShownPhase;
  eventIds: string[];
  commentIds: string[];
  /** null: the run has no cost estimate. */
  costEstimateId: string | null;
  /** Of its only policy check; null: the run has none. */
  policyCheckId: string | null;
  /** 0 when the run does not wait for a runner. */
  queuePosition: number;
}

/** What the run object needs beside the run, for a whole page in few queries; a run that is gone is left out. */
export async function readDetails(db: Kysely<Database>, runs: readonly Run[]): Promise<RunDetails[]> {
  if (runs.length === 0) return [];
  const ids = runs.map(({ id }) => id);
  const phases = await db
    .selectFrom('run_phase')
    .select(SHOWN_PHASE_COLUMNS)
    .where('run_id', 'in', ids)
    .execute();
  const events = await db
    .selectFrom('run_event')
    .select(['id', 'run_id'])
    .where('run_id', 'in', ids)
    .orderBy('sequence')
    .execute();
  const comments = await db
    .selectFrom('comment')
    .select(['id', 'run_id'])
    .where('run_id', 'in', ids)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const checks = await db
    .selectFrom('run')
    .leftJoin('cost_estimate', 'cost_estimate.run_id', 'run.id')
    .leftJoin('policy_check', 'policy_check.run_id', 'run.id')
    .select(['run.id as run_id', 'cost_estimate.id as costEstimateId', 'policy_check.id as policyCheckId'])
    .where('run.id', 'in', ids)
    .execute();
  const positions = await readPositions(db, runs);
  return runs.flatMap((run) => {
    const own = <T extends { run_id: string }>(rows: T[]): T[] =>
      rows.filter(({ run_id }) => run_id === run.id);
    const phase = (kind: Phase['kind']) => own(phases).find((candidate) => candidate.kind === kind);
    const [plan, apply] = [phase('plan'), phase('apply')];
    if (plan === undefined || apply === undefined) return [];
    return [
      {
        run,
        plan,
        apply,
        eventIds: own(events).map(({ id }) => id),
        commentIds: own(comments).map(({ id }) => id),
        costEstimateId: own(checks)[0]?.costEstimateId ?? null,
        policyCheckId: own(checks)[0]?.policyCheckId ?? null,
        queuePosition: positions.get(run.id) ?? 0,
      },
    ];
  });
}

export async function readUsers(db: Kysely<Database>, ids: readonly string[]): Promise<Row<'users'>[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom('users').selectAll().where('id', 'in', ids).execute();
}
