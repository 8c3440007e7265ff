import { sql, type Kysely } from 'kysely';

/** Agents are told apart by the name that their process gives, no longer by their host's name; and some have left. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table agent add column identity text, add column exited_at timestamptz`,
  `update agent set identity = name`,
  `alter table agent alter column identity set not null,
    drop constraint agent_agent_pool_id_name_key,
    add unique (agent_pool_id, identity)`,
];
