import { sql, type Kysely } from 'kysely';

/** The phases of a run beside its plan and its apply: settled when it is created. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table run add column phases jsonb not null default '[]'`,
  `create function run_phases_guard() returns trigger language plpgsql as $$
  begin
    if new.phases is distinct from old.phases then
      raise exception 'the phases of a run cannot be changed' using errcode = '23514';
    end if;
    return new;
  end $$`,
  `create trigger run_phases_guard before update of phases on run
    for each row execute function run_phases_guard()`,
];
