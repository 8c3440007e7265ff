import { sql, type Kysely } from 'kysely';

/**
 * Sign-in with a browser. Sessions, passwords and the codes to choose a password are kept only as hashes; a session
 * that began with a pasted token ends with that token.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table session (
    id text primary key,
    secret_hash text not null unique,
    user_id text not null references users (id) on delete cascade,
    token_id text references token (id) on delete cascade,
    method text not null check (method in ('password', 'token', 'oidc')),
    address text not null,
    user_agent text not null,
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    expires_at timestamptz not null)`,
  `create index session_of_user on session (user_id)`,
  `create index session_of_token on session (token_id)`,
  `create table password (
    user_id text primary key references users (id) on delete cascade,
    hash text not null,
    changed_at timestamptz not null default now())`,
  `create table password_reset (
    user_id text primary key references users (id) on delete cascade,
    code_hash text not null unique,
    expires_at timestamptz not null,
    created_at timestamptz not null default now())`,
];
