import { sql } from 'kysely';
import type { TaskLevel, TaskStageName } from '../database/tables/run-tasks.ts';
import type { Tx } from '../database/transact.ts';
import { selectHolding } from '../policy-checks/applicable-sets.ts';
import type { NewRun } from '../run-phases/phase-rows.ts';

export interface TaskOfRun {
  id: string;
  name: string;
  url: string;
  overridable: boolean;
  level: TaskLevel;
  /** null: the task is asked for every workspace of the organization. */
  workspace_task_id: string | null;
}

/** One row if policies are evaluated at the stage after the plan of a new run, else none. */
export const holdingPolicies = (tx: Tx, run: Pick<NewRun, 'organization_id' | 'workspace_id'>) =>
  selectHolding(tx, { id: run.workspace_id, organization_id: run.organization_id }, 'post_plan');

/** The stages at which a new run has services to ask. A run that can never be applied has none around an apply. */
export async function stagesOfNewRun(tx: Tx, run: NewRun): Promise<TaskStageName[]> {
  const { rows } = await sql<{ stage: TaskStageName }>`
    select stage from run_task task
    left join workspace_task attached on attached.run_task_id = task.id
      and attached.workspace_id = ${run.workspace_id}
    cross join lateral jsonb_array_elements_text(coalesce(attached.stages, '[]')
      || case when task.is_global then task.global_stages else '[]' end) stage
    where task.organization_id = ${run.organization_id} and task.enabled
    union select 'post_plan' where exists (${holdingPolicies(tx, run)})`.execute(tx);
  const stages = rows.map(({ stage }) => stage);
  return run.plan_only === true ? stages.filter((stage) => stage.endsWith('_plan')) : stages;
}

/**
 * The tasks of a run at a stage: those that are attached to its workspace, and those of the whole organization. A task
 * that is both is asked once, at the stricter of the two levels.
 */
export async function readTasksAt(
  tx: Tx,
  run: Pick<NewRun, 'organization_id' | 'workspace_id'>,
  stage: TaskStageName,
): Promise<TaskOfRun[]> {
  const at = sql`jsonb_build_array(${stage}::text)`;
  const { rows } = await sql<TaskOfRun>`
    select task.id, task.name, task.url, task.overridable, attached.id as workspace_task_id,
      case when attached.level = 'mandatory' or (here.globally and task.global_level = 'mandatory')
        then 'mandatory' else 'advisory' end as level
    from run_task task
    left join workspace_task attached on attached.run_task_id = task.id
      and attached.workspace_id = ${run.workspace_id} and attached.stages @> ${at}
    cross join lateral (select task.is_global and task.global_stages @> ${at} as globally) here
    where task.organization_id = ${run.organization_id} and task.enabled
      and (attached.id is not null or here.globally)
    order by task.name, task.id`.execute(tx);
  return rows;
}
