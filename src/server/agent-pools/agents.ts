import { newId } from '@runwright/models';
import { sql, type Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recordChange } from '../audit/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

/** An agent asks for work at least every half minute while it is idle. */
const SILENT_AFTER_MS = 90_000;

function selectAgents(db: Kysely<Database>) {
  return db
    .selectFrom('agent')
    .innerJoin('agent_pool', 'agent_pool.id', 'agent.agent_pool_id')
    .selectAll('agent')
    .select('agent_pool.organization_id')
    .select(
      sql<boolean>`exists (select from run_phase where run_phase.agent_id = agent.id
        and run_phase.status = 'running')`.as('is_busy'),
    );
}
export type Agent = Awaited<ReturnType<ReturnType<typeof selectAgents>['executeTakeFirstOrThrow']>>;

/** `busy` before all: a step's own lease says when its agent is lost. */
export function statusOfAgent(agent: Agent, now = Date.now()): 'idle' | 'busy' | 'unknown' {
  if (agent.is_busy) return 'busy';
  return now - agent.last_ping_at.getTime() > SILENT_AFTER_MS ? 'unknown' : 'idle';
}

/** One that asks for work under this name: known from the first time on. @returns its id */
export async function pingAgent(
  { db }: Platform,
  poolId: string,
  name: string,
  address: string,
): Promise<string> {
  const { id } = await db
    .insertInto('agent')
    .values({ id: newId('agent'), agent_pool_id: poolId, name, ip_address: address })
    .onConflict((conflict) =>
      conflict
        .columns(['agent_pool_id', 'name'])
        .doUpdateSet({ ip_address: address, last_ping_at: new Date() }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function listAgents({ db }: Platform, poolId: string, since: Date | null): Promise<Agent[]> {
  let query = selectAgents(db).where('agent_pool_id', '=', poolId);
  if (since !== null) query = query.where('agent.last_ping_at', '>=', since);
  return await query.orderBy('agent.name').orderBy('agent.id').execute();
}

/** @throws 404 when it is not there, or the caller may not do this with it */
export async function readAgent(
  { db }: Platform,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-agent-pools',
): Promise<Agent> {
  const agent = await selectAgents(db).where('agent.id', '=', id).executeTakeFirst();
  if (agent === undefined) refuse('not_found');
  await requireInOrganization(db, caller, agent.organization_id, permission);
  return agent;
}

/** @throws 412 while it works, or may come for work (api-contract §5.12) */
export async function deleteAgent({ db }: Platform, caller: Caller, agent: Agent): Promise<void> {
  const status = statusOfAgent(agent);
  if (status !== 'unknown') {
    refuse('precondition_failed', `The agent is ${status}: stop it first, it is unknown 90 seconds later.`);
  }
  await transact(db, async (tx) => {
    await tx.deleteFrom('agent').where('id', '=', agent.id).execute();
    await recordChange(tx, caller, {
      organizationId: agent.organization_id,
      resource: { type: 'agents', id: agent.id },
      action: 'destroy',
      before: { name: agent.name, pool: agent.agent_pool_id },
    });
  });
}

export async function countAgents(
  { db }: Platform,
  poolIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (poolIds.length === 0) return new Map();
  const agents = await selectAgents(db).where('agent_pool_id', 'in', poolIds).execute();
  const here = agents.filter((agent) => statusOfAgent(agent) !== 'unknown');
  return new Map(poolIds.map((id) => [id, here.filter(({ agent_pool_id: poolId }) => poolId === id).length]));
}
