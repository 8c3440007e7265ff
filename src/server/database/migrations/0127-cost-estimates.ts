import { sql, type Kysely } from 'kysely';

/** Costs of runs, and their price books: a version never changes, so that an estimate can be checked later. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table price_book (
    id text primary key,
    organization_id text not null references organization on delete cascade,
    name text not null,
    version integer not null check (version > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (organization_id, name))`,
  `create table price_book_version (
    price_book_id text not null references price_book on delete cascade,
    version integer not null,
    source_text text not null,
    sha256 text not null,
    currency text not null,
    source text not null,
    as_of text not null,
    prices jsonb not null,
    created_by text references users,
    created_at timestamptz not null default now(),
    primary key (price_book_id, version))`,
  `create table cost_estimate (
    id text primary key,
    run_id text not null unique references run on delete cascade,
    status text not null check (status in ('pending', 'queued', 'finished', 'canceled', 'errored', 'unreachable',
      'skipped_due_to_targeting')),
    status_timestamps jsonb not null default '{}',
    error_message text,
    currency text,
    prior text,
    proposed text,
    delta text,
    resources_count integer not null default 0,
    matched jsonb not null default '[]',
    unmatched jsonb not null default '[]',
    price_books jsonb not null default '[]',
    created_at timestamptz not null default now(),
    check ((status = 'finished') = (delta is not null)),
    check ((delta is null) = (prior is null) and (delta is null) = (proposed is null)))`,
];
