import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { userIdOf, type Caller, type Origin } from './caller.ts';
import { announce, type Tx } from '../database/transact.ts';
import { topics } from '../live/wake-ups.ts';

/** A client that came with a signed address and no token (api-contract §1.1): only its origin is known. */
export interface AddressBearer {
  kind: 'address';
  origin: Origin;
}

/** The author of a change; null when the platform acts by itself. */
export type Actor = Caller | AddressBearer | null;

/** The details of a change. No secret goes in: leave sensitive values out, or write that they changed. */
export interface Change {
  organizationId: string | null;
  /** The JSON:API type and id of what changed. */
  resource: { type: string; id: string };
  /** A verb with underscores: `create`, `update`, `destroy`, `apply`, `force_cancel` … */
  action: string;
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/**
 * Writes one line of the audit trail, in the transaction that makes the change: both happen or neither. It is chained
 * to the others soon after the commit (docs/adr/0061).
 */
export async function recordChange(tx: Tx, actor: Actor, change: Change): Promise<void> {
  announce(tx, topics.audit);
  await tx
    .insertInto('audit_entry')
    .values({
      id: randomUUID(),
      organization_id: change.organizationId,
      token_id: actor !== null && 'tokenId' in actor ? actor.tokenId : null,
      user_id: actor === null || actor.kind === 'address' ? null : userIdOf(actor),
      actor_kind: actor?.kind ?? 'platform',
      address: actor?.origin.address ?? null,
      request_id: actor?.origin.requestId ?? null,
      resource_type: change.resource.type,
      resource_id: change.resource.id,
      action: change.action,
      before: change.before === undefined ? null : JSON.stringify(change.before),
      after: change.after === undefined ? null : JSON.stringify(change.after),
    })
    .execute();
}

/** Records changes of resources of one JSON:API type, each a row that names its organization: {@link recordChange}. */
export function recorderOf(type: string) {
  return async (
    tx: Tx,
    actor: Actor,
    row: { id: string; organization_id: string },
    action: string,
    change: Pick<Change, 'before' | 'after'>,
  ): Promise<void> =>
    await recordChange(tx, actor, {
      organizationId: row.organization_id,
      resource: { type, id: row.id },
      action,
      ...change,
    });
}

/** The columns that an update really changes, as they were and as they are now. */
export function differences(
  row: Record<string, unknown>,
  columns: Record<string, unknown>,
): Pick<Required<Change>, 'before' | 'after'> {
  const changed = Object.keys(columns).filter((name) => !isDeepStrictEqual(row[name], columns[name]));
  const pick = (from: Record<string, unknown>) =>
    Object.fromEntries(changed.map((name) => [name, from[name] ?? null]));
  return { before: pick(row), after: pick(columns) };
}
