import { sql, type Kysely } from 'kysely';

/** `terraform login`: codes that wait to be exchanged for a token. Only hashes are kept; they live for a minute. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table login_code (
    code_hash text primary key,
    user_id text not null references users (id) on delete cascade,
    redirect_uri text not null,
    code_challenge text not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default now())`,
];
