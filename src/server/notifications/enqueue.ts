import { sql } from 'kysely';
import type { PlatformRunStatus } from '@runwright/models';
import type { Row } from '../database/schema.ts';
import { announce, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';
import { triggerOf } from './triggers.ts';

/**
 * Writes one delivery of a run's new status for each configuration of its workspace and of its project that asks for
 * it, in the transaction that changes the status. Plan-only runs notify nobody (api-contract §5.10).
 *
 * @param from the status before, undefined for a new run
 */
export async function enqueueNotifications(
  tx: Tx,
  run: Pick<Row<'run'>, 'id' | 'workspace_id' | 'plan_only'>,
  from: PlatformRunStatus | undefined,
  to: PlatformRunStatus,
  actorId: string | null,
): Promise<void> {
  if (run.plan_only) return;
  if (from !== undefined && triggerOf(from) === 'run:needs_attention') {
    // A run that continues in the same transaction has needed no attention.
    await sql`delete from notification_delivery
      where run_id = ${run.id} and trigger = 'run:needs_attention' and created_at = now() and attempts = 0`.execute(
      tx,
    );
  }
  const trigger = triggerOf(to);
  if (trigger === undefined) return;
  const { numAffectedRows } = await sql`
    insert into notification_delivery (id, configuration_id, run_id, trigger, run_status, actor_id)
    select gen_random_uuid()::text, id, ${run.id}, ${trigger}, ${to}, ${actorId}
    from notification_configuration
    where (workspace_id = ${run.workspace_id}
        or project_id = (select project_id from workspace where id = ${run.workspace_id}))
      and enabled and triggers @> jsonb_build_array(${trigger}::text)`.execute(tx);
  if (numAffectedRows !== 0n) announce(tx, topics.notifications);
}
