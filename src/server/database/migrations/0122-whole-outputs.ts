import { sql, type Kysely } from 'kysely';

/**
 * Values of outputs are kept as their text in the state: jsonb takes no NUL and no half surrogate pair. Long ones stay
 * in the state's file. A state may be known only in part.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table state_version_output
    alter column value type text using value::text,
    alter column detailed_type type text using detailed_type::text,
    add column value_start bigint,
    add column value_end bigint`,
  `update state_version_output set value = 'null' where value is null`,
  `alter table state_version_output
    add constraint state_version_output_value_is_somewhere check (value is not null or (value_start is not null and value_end is not null))`,
  `alter table state_version drop constraint state_version_check2`,
  `alter table state_version add column format_version int, add column is_partial boolean not null default false`,
];
