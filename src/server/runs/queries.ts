import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { mayReadOwnRun, requireInWorkspace, type WorkspacePermission } from '../access/permissions.ts';
import { readableRuns } from '../access/rights.ts';
import { compileOnce } from '../database/compile-once.ts';
import type { Database, Row } from '../database/schema.ts';
import { refuse } from '../http/refusal.ts';
import { readPositions } from './queue.ts';
import { SHOWN_PHASE_COLUMNS, type ShownPhase } from './shown-phase.ts';
import type { Phase, Run } from './transitions.ts';

export const workspaceOf = (run: Pick<Run, 'workspace_id' | 'organization_id'>) => ({
  id: run.workspace_id,
  organization_id: run.organization_id,
});

const findRun = compileOnce((db, id: string) => db.selectFrom('run').selectAll().where('id', '=', id));

/** @throws 404 when it does not exist or the caller may not do this with runs of its workspace */
export async function readRun(
  db: Kysely<Database>,
  caller: Caller,
  id: string,
  permission: WorkspacePermission = 'read-runs',
): Promise<Run> {
  const [run] = await findRun(db, id);
  if (run === undefined) refuse('not_found');
  if (!mayReadOwnRun(caller, run.id, permission))
    await requireInWorkspace(db, caller, workspaceOf(run), permission);
  return run;
}

/** The runs of an organization that the caller may read, in the order of the ids. */
export async function readRunsInOrder(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
  ids: readonly string[],
): Promise<Run[]> {
  if (ids.length === 0) return [];
  const readable = await readableRuns(db, caller, organizationId);
  const runs = await db.selectFrom('run').selectAll().where('id', 'in', ids).where(readable).execute();
  return runs.sort((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
}

/** A plan or an apply with its run. @throws 404 as for the run */
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

/** The id of the plan or the apply of a run. */
export async function findPhaseId(
  db: Kysely<Database>,
  runId: string,
  kind: 'plan' | 'apply',
): Promise<string | undefined> {
  const phase = await db
    .selectFrom('run_phase')
    .select('id')
    .where('run_id', '=', runId)
    .where('kind', '=', kind)
    .executeTakeFirst();
  return phase?.id;
}

/** The state version that the plan of a run was made from; null: there was none. */
export async function findInputState(db: Kysely<Database>, runId: string): Promise<string | null> {
  const plan = await db
    .selectFrom('run_phase')
    .select('input_state_version_id')
    .where('run_id', '=', runId)
    .where('kind', '=', 'plan')
    .executeTakeFirst();
  return plan?.input_state_version_id ?? null;
}

/** The events of a run in the order they happened. */
export async function readEvents(db: Kysely<Database>, runId: string): Promise<Row<'run_event'>[]> {
  return await db
    .selectFrom('run_event')
    .selectAll()
    .where('run_id', '=', runId)
    .orderBy('sequence')
    .execute();
}

/** @throws 404 when it does not exist or the caller may not read its run */
export async function readEvent(db: Kysely<Database>, caller: Caller, id: string): Promise<Row<'run_event'>> {
  const event = await db.selectFrom('run_event').selectAll().where('id', '=', id).executeTakeFirst();
  if (event === undefined) refuse('not_found');
  await readRun(db, caller, event.run_id);
  return event;
}

export interface RunDetails {
  run: Run;
  plan: ShownPhase;
  apply: ShownPhase;
  eventIds: string[];
  commentIds: string[];
  /** null: the run has no cost estimate. */
  costEstimateId: string | null;
  /** The run's only policy check; null: the run has none. */
  policyCheckId: string | null;
  /** In the order of the run's life. */
  taskStageIds: string[];
  /** 0 when the run does not wait for a runner. */
  queuePosition: number;
}

/** Of both phases, the row of the plan has the facts that are the run's. */
const ofPlan = (ids: RawBuilder<string[]>) =>
  sql<string[] | null>`case when run_phase.kind = 'plan' then ${ids} end`;
const EVENT_IDS = sql<string[]>`array(
  select e.id from run_event e where e.run_id = run_phase.run_id order by e.sequence)`;
const COMMENT_IDS = sql<string[]>`array(
  select c.id from comment c where c.run_id = run_phase.run_id order by c.created_at, c.id)`;
const TASK_STAGE_IDS = sql<string[]>`array(
  select task_stage.id from task_stage where task_stage.run_id = run_phase.run_id
  order by array_position(array['pre_plan', 'post_plan', 'pre_apply', 'post_apply'], task_stage.stage))`;

const readPhases = compileOnce((db, runIds: readonly string[]) =>
  db
    .selectFrom('run_phase')
    .leftJoin('cost_estimate', 'cost_estimate.run_id', 'run_phase.run_id')
    .leftJoin('policy_check', 'policy_check.run_id', 'run_phase.run_id')
    .select(SHOWN_PHASE_COLUMNS.map((column) => `run_phase.${column}` as const))
    .select(['cost_estimate.id as costEstimateId', 'policy_check.id as policyCheckId'])
    .select([ofPlan(EVENT_IDS).as('eventIds'), ofPlan(COMMENT_IDS).as('commentIds')])
    .select(ofPlan(TASK_STAGE_IDS).as('taskStageIds'))
    .where(sql<SqlBool>`run_phase.run_id = any(${runIds})`),
);

/** The facts that the run object needs beside the run, for a whole page in few queries; deleted runs are left out. */
export async function readDetails(db: Kysely<Database>, runs: readonly Run[]): Promise<RunDetails[]> {
  if (runs.length === 0) return [];
  const phases = await readPhases(
    db,
    runs.map(({ id }) => id),
  );
  const positions = await readPositions(db, runs);
  return runs.flatMap((run) => {
    const phase = (kind: Phase['kind']) =>
      phases.find((candidate) => candidate.run_id === run.id && candidate.kind === kind);
    const [plan, apply] = [phase('plan'), phase('apply')];
    if (plan === undefined || apply === undefined) return [];
    return [
      {
        run,
        plan,
        apply,
        eventIds: plan.eventIds ?? [],
        commentIds: plan.commentIds ?? [],
        costEstimateId: plan.costEstimateId,
        policyCheckId: plan.policyCheckId,
        taskStageIds: plan.taskStageIds ?? [],
        queuePosition: positions.get(run.id) ?? 0,
      },
    ];
  });
}
