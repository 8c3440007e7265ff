import { sql, type Kysely } from 'kysely';
import { writeRunStates } from './0001-first-schema.ts';

/**
 * A run passes `queuing` and `queuing_apply` within one transaction: it may skip each in one statement, from every
 * status before it to every status after it. A run that expires in the queue is canceled.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await writeRunStates(db);
  await sql`insert into run_transition (from_status, to_status)
    select before.from_status, after.to_status
    from run_transition before join run_transition after on after.from_status = before.to_status
    where before.to_status in ('queuing', 'queuing_apply') and after.to_status in ('plan_queued', 'apply_queued')
    on conflict do nothing`.execute(db);
}
