import { sql } from 'kysely';
import * as z from 'zod';
import type { Platform } from '../context.ts';
import { resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, timestamp, timestampOrNull } from '../http/json-api.ts';
import type { Caller } from '../access/caller.ts';
import { readableProjects, readableWorkspaces } from '../access/rights.ts';
import { countAgents, statusOfAgent, type Agent } from './agents.ts';
import type { AgentPool } from './service.ts';

export const AgentPoolSchema = resource(
  'agent-pools',
  {
    name: z.string(),
    'organization-scoped': z.boolean(),
    'agent-count': z.int(),
    'created-at': Timestamp,
  },
  {
    organization: toOne('organizations'),
    workspaces: toMany('workspaces'),
    'allowed-workspaces': toMany('workspaces'),
    'allowed-projects': toMany('projects'),
    'excluded-workspaces': toMany('workspaces'),
  },
);

export const AgentSchema = resource(
  'agents',
  {
    name: z.string(),
    status: z.enum(['idle', 'busy', 'unknown', 'errored', 'exited']),
    'ip-address': z.string(),
    'last-ping-at': Timestamp,
    /** Only on Runwright. Since when it takes no new steps; null: it takes them. */
    'drained-at': Timestamp.nullable(),
  },
  { 'agent-pool': toOne('agent-pools') },
);

/**
 * api-contract §5.12; all pools of one organization. A document names only the workspaces and projects that the caller
 * may know of; those that the caller has just named in a change were readable too.
 */
export async function poolResources(
  platform: Platform,
  caller: Caller,
  pools: readonly AgentPool[],
  organizationName: string,
) {
  const [first] = pools;
  if (first === undefined) return [];
  const ids = pools.map(({ id }) => id);
  const { db } = platform;
  const mayReadWorkspace = await readableWorkspaces(db, caller, first.organization_id);
  const mayReadProject = await readableProjects(db, caller, first.organization_id);
  const users = await db
    .selectFrom('workspace')
    .select(['id', 'agent_pool_id'])
    .where('agent_pool_id', 'in', ids)
    .where(mayReadWorkspace)
    .orderBy('id')
    .execute();
  const related = async (table: 'agent_pool_workspace' | 'agent_pool_excluded_workspace') => {
    const { rows } = await sql<{ id: string; agent_pool_id: string }>`
      select workspace.id, related.agent_pool_id from workspace
        join ${sql.table(table)} related on related.workspace_id = workspace.id
      where related.agent_pool_id in (${sql.join(ids)}) and ${mayReadWorkspace}
      order by workspace.id`.execute(db);
    return rows;
  };
  const workspaces = await related('agent_pool_workspace');
  const excluded = await related('agent_pool_excluded_workspace');
  const projects = await db
    .selectFrom('project')
    .innerJoin('agent_pool_project as related', 'related.project_id', 'project.id')
    .select(['project.id', 'related.agent_pool_id'])
    .where('related.agent_pool_id', 'in', ids)
    .where(mayReadProject)
    .orderBy('project.id')
    .execute();
  const counts = await countAgents(platform, ids);
  return pools.map((pool) => {
    const many = (type: string, rows: readonly { id: string; agent_pool_id: string | null }[]) => ({
      data: rows.filter(({ agent_pool_id: poolId }) => poolId === pool.id).map(({ id }) => ({ id, type })),
    });
    return {
      id: pool.id,
      type: 'agent-pools',
      attributes: {
        name: pool.name,
        'organization-scoped': pool.organization_scoped,
        'agent-count': counts.get(pool.id) ?? 0,
        'created-at': timestamp(pool.created_at),
      },
      relationships: {
        organization: reference('organizations', organizationName),
        workspaces: many('workspaces', users),
        'allowed-workspaces': many('workspaces', workspaces),
        'allowed-projects': many('projects', projects),
        'excluded-workspaces': many('workspaces', excluded),
      },
      links: { self: `/api/v2/agent-pools/${pool.id}` },
    };
  });
}

export const agentResource = (agent: Agent) => ({
  id: agent.id,
  type: 'agents',
  attributes: {
    name: agent.name,
    status: statusOfAgent(agent),
    'ip-address': agent.ip_address,
    'last-ping-at': timestamp(agent.last_ping_at),
    'drained-at': timestampOrNull(agent.drained_at),
  },
  relationships: { 'agent-pool': reference('agent-pools', agent.agent_pool_id) },
  links: { self: `/api/v2/agents/${agent.id}` },
});
