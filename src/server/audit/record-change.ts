import { randomUUID } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import type { Tx } from '../database/transact.ts';

/** What is said of a change. No secret goes in: leave sensitive values out, or write that they changed. */
export interface Change {
  organizationId: string | null;
  /** The JSON:API type and id of what changed. */
  resource: { type: string; id: string };
  /** A verb: `create`, `update`, `destroy`, `apply`, `lock` … */
  action: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/**
 * Writes one line of the audit trail, in the transaction that makes the change: both happen or neither.
 *
 * @param caller null when the platform acted by itself
 */
export async function recordChange(tx: Tx, caller: Caller | null, change: Change): Promise<void> {
  await tx
    .insertInto('audit_entry')
    .values({
      id: randomUUID(),
      organization_id: change.organizationId,
      token_id: caller?.tokenId ?? null,
      user_id: caller?.kind === 'user' ? caller.userId : null,
      actor_kind: caller?.kind ?? 'platform',
      address: caller?.origin.address ?? null,
      request_id: caller?.origin.requestId ?? null,
      resource_type: change.resource.type,
      resource_id: change.resource.id,
      action: change.action,
      before: change.before === undefined ? null : JSON.stringify(change.before),
      after: change.after === undefined ? null : JSON.stringify(change.after),
    })
    .execute();
}
