import type { Caller } from '../access/caller.ts';
import { recordChange, type AddressBearer } from '../access/record-change.ts';
import type { Tx } from '../database/transact.ts';
import type { PolicySet } from './document.ts';

export async function recordSetChange(
  tx: Tx,
  actor: Caller | AddressBearer,
  set: Pick<PolicySet, 'id' | 'organization_id'>,
  action: string,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown> },
): Promise<void> {
  const resource = { type: 'policy-sets', id: set.id };
  await recordChange(tx, actor, { organizationId: set.organization_id, resource, action, ...change });
}
