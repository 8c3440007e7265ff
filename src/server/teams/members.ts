import { newId } from '@runwright/models';
import type { Caller } from '../access/caller.ts';
import { forgetRights } from '../access/rights.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { record } from './service.ts';

type Team = Row<'team'>;

/** Users by name; those that are not in the organization yet come into it (api-contract §5.9). */
export async function addUsersByName(
  { db }: Platform,
  caller: Caller,
  team: Team,
  names: readonly string[],
): Promise<void> {
  await transact(db, async (tx) => {
    const users = await usersByName(tx, names);
    await tx
      .insertInto('organization_member')
      .values(users.map((user_id) => ({ id: newId('ou'), organization_id: team.organization_id, user_id })))
      .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
      .execute();
    await add(tx, caller, team, users);
  });
}

export async function addMemberships(
  { db }: Platform,
  caller: Caller,
  team: Team,
  ids: readonly string[],
): Promise<void> {
  await transact(db, async (tx) => await add(tx, caller, team, await usersOfMemberships(tx, team, ids)));
}

export async function removeUsersByName(
  { db }: Platform,
  caller: Caller,
  team: Team,
  names: readonly string[],
): Promise<void> {
  await transact(db, async (tx) => await remove(tx, caller, team, await usersByName(tx, names)));
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
    .onConflict((conflict) => conflict.doNothing())
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
 * @throws 422 when these are all the owners there are
 */
export async function requireOwnerLeft(
  tx: Tx,
  organizationId: string,
  leaving: readonly string[],
): Promise<void> {
  // Two owners that leave at once would each see the other.
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

async function usersByName(tx: Tx, names: readonly string[]): Promise<string[]> {
  const users = await tx
    .selectFrom('users')
    .select(['id', 'username'])
    .where('username', 'in', names)
    .where('is_service_account', '=', false)
    .execute();
  const missing = names.find((name) => users.every(({ username }) => username !== name));
  if (missing !== undefined) refuse('invalid_attribute', `User "${missing}" does not exist`, '/data');
  return users.map(({ id }) => id);
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
