import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { forgetRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { record } from './service.ts';
import { requireWithinOwnRights } from './within-own-rights.ts';

type Team = Row<'team'>;

/** Members by username. A site administrator may also add users who are not in the organization yet (docs/adr/0082). */
export async function addUsersByName(
  { db }: Platform,
  caller: Caller,
  team: Team,
  names: readonly string[],
): Promise<void> {
  await requireWithinOwnRights(db, caller, team);
  await transact(db, async (tx) => {
    if (caller.kind === 'user' && caller.isSiteAdmin) await bringIn(tx, team.organization_id, names);
    await add(tx, caller, team, await membersByName(tx, team, names));
  });
}

export async function addMemberships(
  { db }: Platform,
  caller: Caller,
  team: Team,
  ids: readonly string[],
): Promise<void> {
  await requireWithinOwnRights(db, caller, team);
  await transact(db, async (tx) => await add(tx, caller, team, await usersOfMemberships(tx, team, ids)));
}

export async function removeUsersByName(
  { db }: Platform,
  caller: Caller,
  team: Team,
  names: readonly string[],
): Promise<void> {
  await transact(db, async (tx) => await remove(tx, caller, team, await membersByName(tx, team, names)));
}

export async function removeMemberships(
  { db }: Platform,
  caller: Caller,
  team: Team,
  ids: readonly string[],
): Promise<void> {
  await transact(db, async (tx) => await remove(tx, caller, team, await usersOfMemberships(tx, team, ids)));
}

async function add(tx: Tx, caller: Caller, team: Team, userIds: readonly string[]): Promise<void> {
  await tx
    .insertInto('team_member')
    .values(userIds.map((user_id) => ({ team_id: team.id, organization_id: team.organization_id, user_id })))
    // A member whom a group brought now stays even when the group goes.
    .onConflict((conflict) => conflict.columns(['team_id', 'user_id']).doUpdateSet({ origin: 'person' }))
    .execute();
  await record(tx, caller, team, 'add_members', { after: { users: userIds } });
  forgetRights(caller);
}

async function remove(tx: Tx, caller: Caller, team: Team, userIds: readonly string[]): Promise<void> {
  if (team.is_owners) await requireOwnerLeft(tx, team.organization_id, userIds);
  await tx.deleteFrom('team_member').where('team_id', '=', team.id).where('user_id', 'in', userIds).execute();
  await record(tx, caller, team, 'remove_members', { before: { users: userIds } });
  forgetRights(caller);
}

/**
 * An organization without owners would belong to nobody.
 *
 * @throws 422 when these are all its owners
 */
export async function requireOwnerLeft(
  tx: Tx,
  organizationId: string,
  leaving: readonly string[],
): Promise<void> {
  // Without the lock, two owners that leave at once would each see the other.
  const owners = await tx
    .selectFrom('team')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('is_owners', '=', true)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const left = await tx
    .selectFrom('team_member')
    .select('user_id')
    .where('team_id', '=', owners.id)
    .where('user_id', 'not in', leaving)
    .limit(1)
    .executeTakeFirst();
  if (left === undefined) {
    refuse(
      'unprocessable',
      'The last owner cannot leave the owners team: make somebody else an owner first.',
    );
  }
}

/** @throws 422, the same for an unknown name and for a user of other organizations */
async function membersByName(tx: Tx, team: Team, names: readonly string[]): Promise<string[]> {
  const users = await tx
    .selectFrom('users')
    .innerJoin('organization_member', 'organization_member.user_id', 'users.id')
    .select(['users.id', 'users.username'])
    .where('organization_member.organization_id', '=', team.organization_id)
    .where('organization_member.status', '=', 'active')
    .where('users.username', 'in', names)
    .where('users.is_service_account', '=', false)
    .execute();
  const missing = names.find((name) => users.every(({ username }) => username !== name));
  if (missing !== undefined) {
    refuse(
      'invalid_attribute',
      `"${missing}" is not a member of the organization: invite them first, by their e-mail address.`,
      '/data',
    );
  }
  return users.map(({ id }) => id);
}

/** Adds the existing users of these names. */
async function bringIn(tx: Tx, organizationId: string, names: readonly string[]): Promise<void> {
  const users = await tx
    .selectFrom('users')
    .select('id')
    .where('username', 'in', names)
    .where('is_service_account', '=', false)
    .execute();
  if (users.length === 0) return;
  await tx
    .insertInto('organization_member')
    .values(users.map(({ id }) => ({ id: newId('ou'), organization_id: organizationId, user_id: id })))
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'user_id']).doUpdateSet({ status: 'active' }),
    )
    .execute();
}

async function usersOfMemberships(tx: Tx, team: Team, ids: readonly string[]): Promise<string[]> {
  const members = await tx
    .selectFrom('organization_member')
    .select(['id', 'user_id'])
    .where('organization_id', '=', team.organization_id)
    .where('id', 'in', ids)
    .execute();
  const missing = ids.find((id) => members.every((member) => member.id !== id));
  if (missing !== undefined) {
    refuse('invalid_attribute', `"${missing}" is not a membership of this organization`, '/data');
  }
  return members.map(({ user_id }) => user_id);
}
