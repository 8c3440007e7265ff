import { newId } from '@runwright/models';
import { sql, type Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';

/** An agent asks for work at least every half minute while it is idle. */
export const SILENT_AFTER_MS = 90_000;
/** A silent agent counts as broken after this time, and before it as out of reach. */
const ERRORED_AFTER_MS = 2 * 60 * 60_000;
/** Agents that will not come back are listed this long. */
const KEPT_DAYS = 7;

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

type AgentStatus = 'idle' | 'busy' | 'unknown' | 'errored' | 'exited';

/** `busy` goes before all other statuses: a step's own lease says when its agent is lost. */
export function statusOfAgent(agent: Agent, now = Date.now()): AgentStatus {
  if (agent.is_busy) return 'busy';
  if (agent.exited_at !== null) return 'exited';
  const silentMs = now - agent.last_ping_at.getTime();
  if (silentMs > ERRORED_AFTER_MS) return 'errored';
  return silentMs > SILENT_AFTER_MS ? 'unknown' : 'idle';
}

const isHere = (agent: Agent): boolean => ['idle', 'busy'].includes(statusOfAgent(agent));

/** Records that an agent asks for work, and adds it at its first request. @returns its id */
export async function pingAgent(
  { db }: Platform,
  poolId: string,
  { name, identity = name }: { name: string; identity?: string | undefined },
  address: string,
): Promise<string> {
  const now = { name, ip_address: address, last_ping_at: new Date(), exited_at: null };
  const { id, is_new: isNew } = await db
    .insertInto('agent')
    .values({ id: newId('agent'), agent_pool_id: poolId, identity, ...now })
    .onConflict((conflict) => conflict.columns(['agent_pool_id', 'identity']).doUpdateSet(now))
    .returning(['id', sql<boolean>`xmax = 0`.as('is_new')])
    .executeTakeFirstOrThrow();
  // Agents that are started anew each day, in containers for example, would become a long list.
  if (isNew) await forgetGoneAgents(db, poolId);
  return id;
}

async function forgetGoneAgents(db: Kysely<Database>, poolId: string): Promise<void> {
  await db
    .deleteFrom('agent')
    .where('agent_pool_id', '=', poolId)
    .where('last_ping_at', '<', sql<Date>`now() - ${sql.lit(KEPT_DAYS)} * interval '1 day'`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('run_phase')
            .select('run_phase.id')
            .whereRef('run_phase.agent_id', '=', 'agent.id')
            .where('run_phase.status', '=', 'running'),
        ),
      ),
    )
    .execute();
}

/** Records that an agent takes no more steps. The steps that it works on go on. */
export async function recordExit({ db }: Platform, poolId: string, identity: string): Promise<void> {
  await db
    .updateTable('agent')
    .set({ exited_at: new Date() })
    .where('agent_pool_id', '=', poolId)
    .where('identity', '=', identity)
    .execute();
}

/** @param sort `name` or `created-at`; with a - in reverse */
export async function listAgents(
  { db }: Platform,
  poolId: string,
  since: Date | null,
  sort = 'name',
): Promise<Agent[]> {
  let query = selectAgents(db).where('agent_pool_id', '=', poolId);
  if (since !== null) query = query.where('agent.last_ping_at', '>=', since);
  const column = sort.endsWith('created-at') ? 'agent.created_at' : 'agent.name';
  return await query
    .orderBy(column, sort.startsWith('-') ? 'desc' : 'asc')
    .orderBy('agent.id')
    .execute();
}

/** All agents of this server, counted by status. */
export async function countAgentsByStatus({ db }: Platform): Promise<Map<AgentStatus, number>> {
  const counts = new Map<AgentStatus, number>();
  for (const agent of await selectAgents(db).execute()) {
    const status = statusOfAgent(agent);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

/** @throws 404 when it does not exist, or the caller may not do this with it */
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

/** @throws 412 while it works, or may ask for work (api-contract §5.12) */
export async function deleteAgent({ db }: Platform, caller: Caller, agent: Agent): Promise<void> {
  const status = statusOfAgent(agent);
  if (isHere(agent)) {
    refuse('precondition_failed', `The agent is ${status}: stop it first.`);
  }
  await transact(db, async (tx) => {
    (await tx.deleteFrom('agent').where('id', '=', agent.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await recordChange(tx, caller, {
      organizationId: agent.organization_id,
      resource: { type: 'agents', id: agent.id },
      action: 'destroy',
      before: { name: agent.name, pool: agent.agent_pool_id },
    });
  });
}

/** @param options.drained also those that take no new steps; by default they count */
export async function countAgents(
  { db }: Platform,
  poolIds: readonly string[],
  { drained = true }: { drained?: boolean } = {},
): Promise<ReadonlyMap<string, number>> {
  if (poolIds.length === 0) return new Map();
  const agents = await selectAgents(db)
    .where('agent_pool_id', 'in', poolIds)
    .$if(!drained, (query) => query.where('agent.drained_at', 'is', null))
    .execute();
  const here = agents.filter(isHere);
  return new Map(poolIds.map((id) => [id, here.filter(({ agent_pool_id: poolId }) => poolId === id).length]));
}
