import { sql, type Kysely } from 'kysely';

/**
 * Policy sets that are evaluated with the run tasks after a plan, and sets whose mandatory failures cannot be
 * overridden. The outcome of a stage's policies is kept with the stage until its tasks have ended as well.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table policy_set add column agent_enabled boolean not null default false`,
  `alter table policy_set add column overridable boolean not null default true`,
  `alter table task_stage add column policy_status text
    check (policy_status in ('pending', 'passed', 'soft_failed', 'hard_failed', 'errored'))`,
  `alter table task_stage add column policy_message text`,
  `alter table policy_evaluation alter column policy_check_id drop not null`,
  `alter table policy_evaluation add column task_stage_id text references task_stage on delete cascade`,
  `alter table policy_evaluation add check ((policy_check_id is null) <> (task_stage_id is null))`,
  `create unique index policy_evaluation_stage on policy_evaluation (task_stage_id, kind)`,
  `alter table registry_module_version add column commit_sha text`,
];
