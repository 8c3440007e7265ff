import { sql, type Kysely } from 'kysely';

/**
 * Events in an order in which none is missed: numbers of a sequence are committed out of turn, so a reader that
 * continues after the last one it saw would miss lower ones that are committed later. The transaction shows which can
 * still come (docs/adr/0112).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'alter table run_event add column written_in xid8 not null default pg_current_xact_id()',
  'create index run_event_order on run_event (written_in, sequence)',
];
