import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { requireInOrganization } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import type { RowChange } from '../database/schema.ts';
import type { PolicyKind } from '../database/tables/policies.ts';
import { transact } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { refuseIfNameIsTaken } from '../http/taken-name.ts';
import type { PolicySet } from './document.ts';
import { addMembers, replaceMembers, type SetMember } from './members.ts';
import { recordSetChange } from './record-set-change.ts';

export interface SetFields {
  name?: string | undefined;
  description?: string | null | undefined;
  global?: boolean | undefined;
  overridable?: boolean | undefined;
  agentEnabled?: boolean | undefined;
}

/** @throws 404 when it does not exist, or the caller may not do this with it */
export async function readPolicySet(
  { db }: Pick<Platform, 'db'>,
  caller: Caller,
  id: string,
  permission: 'member' | 'manage-policies',
): Promise<PolicySet> {
  const set = await db.selectFrom('policy_set').selectAll().where('id', '=', id).executeTakeFirst();
  if (set === undefined) refuse('not_found');
  await requireInOrganization(db, caller, set.organization_id, permission);
  return set;
}

/** For callers who have read a resource that names the sets. */
export async function readPolicySets(db: Platform['db'], ids: readonly string[]): Promise<PolicySet[]> {
  if (ids.length === 0) return [];
  return await db.selectFrom('policy_set').selectAll().where('id', 'in', ids).orderBy('name').execute();
}

export async function listPolicySets(
  { db }: Pick<Platform, 'db'>,
  organizationId: string,
  { name, kind }: { name?: string | undefined; kind?: string | undefined },
  page: Page,
): Promise<{ sets: PolicySet[]; totalCount: number }> {
  let query = db.selectFrom('policy_set').where('organization_id', '=', organizationId);
  if (name !== undefined && name !== '') query = query.where('name', 'ilike', containing(name));
  if (kind !== undefined) query = query.where('kind', '=', kind as PolicyKind);
  const { rows: sets, totalCount } = await readPage(query.selectAll().orderBy('name').orderBy('id'), page);
  return { sets, totalCount };
}

/** @throws 422 the name is taken; a given member is not in the organization */
export async function createPolicySet(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { kind, members, ...fields }: SetFields & { name: string; kind: PolicyKind; members: readonly SetMember[] },
): Promise<PolicySet> {
  return await transact(db, async (tx) => {
    const set = await tx
      .insertInto('policy_set')
      .values({
        id: newId('polset'),
        organization_id: organizationId,
        name: fields.name,
        description: fields.description ?? '',
        kind,
        is_global: fields.global ?? false,
        ...(fields.overridable === undefined ? {} : { overridable: fields.overridable }),
        ...(fields.agentEnabled === undefined ? {} : { agent_enabled: fields.agentEnabled }),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await addMembers(tx, set, members);
    const given = members.map(({ kind: to, ids }) => [to, ids]);
    await recordSetChange(tx, caller, set, 'create', {
      after: { ...fields, kind, ...Object.fromEntries(given) },
    });
    return set;
  }).catch(refuseIfNameIsTaken);
}

/**
 * Changes only the given attributes; given members replace all of their kind.
 *
 * @throws 422 as {@link createPolicySet}
 */
export async function updatePolicySet(
  { db }: Platform,
  caller: Caller,
  before: PolicySet,
  { members, ...fields }: SetFields & { members: readonly SetMember[] },
): Promise<PolicySet> {
  const columns: RowChange<'policy_set'> = {
    ...(fields.name === undefined ? {} : { name: fields.name }),
    ...(fields.description === undefined ? {} : { description: fields.description ?? '' }),
    ...(fields.global === undefined ? {} : { is_global: fields.global }),
    ...(fields.overridable === undefined ? {} : { overridable: fields.overridable }),
    ...(fields.agentEnabled === undefined ? {} : { agent_enabled: fields.agentEnabled }),
  };
  if (Object.keys(columns).length === 0 && members.length === 0) return before;
  return await transact(db, async (tx) => {
    const set = await tx
      .updateTable('policy_set')
      .set({ ...columns, updated_at: new Date() })
      .where('id', '=', before.id)
      .returningAll()
      .executeTakeFirst();
    if (set === undefined) return refuse('not_found');
    await replaceMembers(tx, set, members);
    const { name, description, is_global: global, overridable, agent_enabled: agentEnabled } = before;
    const given = members.map(({ kind, ids }) => [kind, ids]);
    await recordSetChange(tx, caller, set, 'update', {
      before: { name, description, global, overridable, agentEnabled },
      after: { ...fields, ...Object.fromEntries(given) },
    });
    return set;
  }).catch(refuseIfNameIsTaken);
}

/** Its outcomes in earlier runs stay. */
export async function deletePolicySet({ db }: Platform, caller: Caller, set: PolicySet): Promise<void> {
  await transact(db, async (tx) => {
    (await tx.deleteFrom('policy_set').where('id', '=', set.id).returning('id').executeTakeFirst()) ??
      refuse('not_found');
    await recordSetChange(tx, caller, set, 'destroy', { before: { name: set.name } });
  });
}
