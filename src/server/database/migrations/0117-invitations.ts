import { sql, type Kysely } from 'kysely';

/**
 * A user whom an invitation made joins with their first token; a user who existed before must accept it. A login ends
 * no later than the token that it was made with, and with it (docs/adr/0082).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table organization_member add column made_its_user boolean not null default false`,
  // Codes last a minute: earlier ones have no token to end with.
  `delete from login_code`,
  `alter table login_code add column token_id text not null references token on delete cascade`,
];
