import { sql, type Kysely } from 'kysely';

/** The risks of a plan, and the risk from which a person must confirm it in a workspace. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table run_phase add column risk_score integer check (risk_score between 0 and 100),
    add column risk jsonb`.execute(db);
  await sql`alter table workspace add column auto_apply_below_risk integer
    check (auto_apply_below_risk between 1 and 100)`.execute(db);
}
