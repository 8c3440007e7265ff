import { sql, type Kysely } from 'kysely';

/** Actions that a run invokes, and whether a plan generated configuration, so that its run can never be applied. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table run
    add column invoke_action_addrs jsonb,
    add column generated_configuration boolean not null default false`,
  `update run set generated_configuration = true from run_phase
    where run_phase.run_id = run.id and run_phase.generated_configuration`,
];
