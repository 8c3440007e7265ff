import { sql } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { topics } from '../live/wake-ups.ts';
import { readAgent, type Agent } from './agents.ts';

/**
 * From the answer on, the agent is given no new step; those that it works on go on to their end. Doing it again changes
 * nothing. Only agents of pools can be drained: the runners of the server itself are shared by all organizations, and
 * whoever runs the server stops them there (docs/production.md).
 */
export async function setDrained(
  platform: Platform,
  caller: Caller,
  id: string,
  isDrained: boolean,
): Promise<Agent> {
  const agent = await readAgent(platform, caller, id, 'manage-agent-pools');
  await transact(platform.db, async (tx) => {
    // Waits for claims that have read this row (isDrained), so none of them gives a step away after this.
    const row = await tx
      .selectFrom('agent')
      .select('drained_at')
      .where('id', '=', agent.id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) refuse('not_found');
    if ((row.drained_at !== null) === isDrained) return;
    await tx
      .updateTable('agent')
      .set({ drained_at: isDrained ? sql<Date>`now()` : null })
      .where('id', '=', agent.id)
      .execute();
    await recordChange(tx, caller, {
      organizationId: agent.organization_id,
      resource: { type: 'agents', id: agent.id },
      action: isDrained ? 'drain' : 'resume',
      after: { name: agent.name, pool: agent.agent_pool_id },
    });
  });
  if (!isDrained) platform.wakeUps.wake(topics.work);
  return await readAgent(platform, caller, id, 'manage-agent-pools');
}

/** Whether an agent takes no new steps. Until the end of the transaction it can neither be drained nor resumed. */
export async function isDrained(tx: Tx, agentId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('agent')
    .select('drained_at')
    .where('id', '=', agentId)
    .forShare()
    .executeTakeFirst();
  return row !== undefined && row.drained_at !== null;
}
