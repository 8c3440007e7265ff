import type { Database } from '../database/schema.ts';
import type { Kysely } from 'kysely';
import { refuse } from '../http/refusal.ts';
import type { OrganizationChange } from './attributes.ts';
import type { Organization } from './document.ts';

/**
 * The columns of how new workspaces execute their runs (api-contract §1.2, §5.1).
 *
 * @param before undefined: an organization that is being created, and has no pools yet
 * @throws 422 for a pool without the mode `agent`, the mode without a pool, and a pool of somebody else
 */
export async function settleDefaultExecution(
  db: Kysely<Database>,
  before: Organization | undefined,
  attributes: OrganizationChange,
): Promise<Partial<Pick<Organization, 'default_execution_mode' | 'default_agent_pool_id'>>> {
  const given = attributes['default-agent-pool-id'];
  if (attributes['default-execution-mode'] === undefined && given === undefined) return {};
  const mode = attributes['default-execution-mode'] ?? before?.default_execution_mode ?? 'remote';
  const pointer = '/data/attributes/default-agent-pool-id';
  if (mode !== 'agent') {
    if (typeof given === 'string')
      refuse(
        'invalid_attribute',
        "Default agent pool must not be specified unless using 'agent' execution mode",
        pointer,
      );
    return { default_execution_mode: mode, default_agent_pool_id: null };
  }
  const poolId = given === undefined ? (before?.default_agent_pool_id ?? null) : given;
  if (poolId === null)
    refuse(
      'invalid_attribute',
      "Default agent pool must be specified when using 'agent' execution mode",
      pointer,
    );
  const pool = await db
    .selectFrom('agent_pool')
    .select('id')
    .where('id', '=', poolId)
    .where('organization_id', '=', before?.id ?? '')
    .executeTakeFirst();
  if (pool === undefined)
    refuse('invalid_attribute', 'Default agent pool is not one of the organization', pointer);
  return { default_execution_mode: mode, default_agent_pool_id: poolId };
}
