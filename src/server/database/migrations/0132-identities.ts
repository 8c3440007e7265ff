import { sql, type Kysely } from 'kysely';

/** Accounts at an identity provider, and which memberships of teams came from its groups. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table user_identity (
    issuer text not null,
    subject text not null,
    user_id text not null references users (id) on delete cascade,
    email text,
    groups jsonb,
    created_at timestamptz not null default now(),
    last_sign_in_at timestamptz not null default now(),
    primary key (issuer, subject))`,
  `create index user_identity_of_user on user_identity (user_id)`,
  `alter table team_member add column origin text not null default 'person' check (origin in ('person', 'group'))`,
];
