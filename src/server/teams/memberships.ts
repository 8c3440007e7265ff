import { sql, type SqlBool } from 'kysely';
import { newId } from '@runwright/models';
import { userIdOf, type Caller } from '../access/caller.ts';
import { canInOrganization, requireInOrganization, requirePerson } from '../access/permissions.ts';
import { forgetRights } from '../access/rights.ts';
import { addPerson, lockAddress } from '../access/users.ts';
import { recordChange } from '../access/record-change.ts';
import type { Platform } from '../context.ts';
import type { Row } from '../database/schema.ts';
import { transact, type Tx } from '../database/transact.ts';
import { containing } from '../http/like-pattern.ts';
import type { Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { refuse } from '../http/refusal.ts';
import { requireOwnerLeft } from './members.ts';
import { readTeam } from './service.ts';
import { requireWithinOwnRights } from './within-own-rights.ts';

export type Membership = Row<'organization_member'>;

/**
 * Invites a person by e-mail address into teams; an unknown address gets a new user. The membership is `invited`, and
 * gives nothing, until its user accepts it, a new user by a first token.
 *
 * @throws 403 for a team that may do more than the caller; 422 for a team that may not be joined this way, and for a
 * person who is in the organization already
 */
export async function inviteMember(
  platform: Platform,
  caller: Caller,
  organizationId: string,
  email: string,
  teamIds: readonly string[],
): Promise<Membership> {
  const { db } = platform;
  await requireInOrganization(db, caller, organizationId, 'manage-membership');
  for (const id of teamIds) {
    const team = await readTeam(platform, caller, id, 'canUpdateMembership');
    if (team.organization_id !== organizationId) refuse('not_found');
    await requireWithinOwnRights(db, caller, team);
  }
  return await transact(db, async (tx) => {
    const { userId, isNew } = await findOrCreateUser(tx, email);
    const member = await tx
      .insertInto('organization_member')
      .values({
        id: newId('ou'),
        organization_id: organizationId,
        user_id: userId,
        status: 'invited',
        made_its_user: isNew,
      })
      .onConflict((conflict) => conflict.columns(['organization_id', 'user_id']).doNothing())
      .returningAll()
      .executeTakeFirst();
    if (member === undefined) {
      return refuse(
        'invalid_attribute',
        'Email is already a member of the organization',
        '/data/attributes/email',
      );
    }
    if (teamIds.length > 0) {
      await tx
        .insertInto('team_member')
        .values(teamIds.map((team_id) => ({ team_id, organization_id: organizationId, user_id: userId })))
        .execute();
    }
    await recordChange(tx, caller, {
      organizationId,
      resource: { type: 'organization-memberships', id: member.id },
      action: 'create',
      after: { user: userId, email, teams: teamIds },
    });
    return member;
  });
}

/** @throws 404 when it does not exist, or is neither the caller's own nor of one of the caller's organizations */
export async function readMembership({ db }: Platform, caller: Caller, id: string): Promise<Membership> {
  const member = await db
    .selectFrom('organization_member')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (member === undefined) refuse('not_found');
  const isOwn = caller.kind === 'user' && caller.userId === member.user_id;
  if (!isOwn) await requireInOrganization(db, caller, member.organization_id, 'member');
  return member;
}

/** The caller's own invitation. @throws 404 for any other */
export async function acceptInvitation({ db }: Platform, caller: Caller, id: string): Promise<Membership> {
  requirePerson(caller);
  const own = await db
    .selectFrom('organization_member')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', caller.userId)
    .executeTakeFirst();
  if (own === undefined) refuse('not_found');
  const accepted = await transact(db, async (tx) => {
    const member = await tx
      .updateTable('organization_member')
      .set({ status: 'active' })
      .where('id', '=', id)
      .where('status', '=', 'invited')
      .returningAll()
      .executeTakeFirst();
    if (member === undefined) return own;
    await recordChange(tx, caller, {
      organizationId: member.organization_id,
      resource: { type: 'organization-memberships', id },
      action: 'accept',
      after: { user: caller.userId, status: 'active' },
    });
    return member;
  });
  forgetRights(caller);
  return accepted;
}

/** The search for members of an organization; empty or undefined: all, oldest first. */
export interface MemberSearch {
  status: string | undefined;
  emails: readonly string[];
  /** A part of the name, or of the address for callers who manage the members. */
  text: string;
}

export async function listMemberships(
  { db }: Platform,
  caller: Caller,
  organizationId: string,
  { status, emails, text }: MemberSearch,
  page: Page,
): Promise<{ members: Membership[]; totalCount: number }> {
  const manages = await canInOrganization(db, caller, organizationId, 'manage-membership');
  let all = db
    .selectFrom('organization_member')
    .innerJoin('users', 'users.id', 'organization_member.user_id')
    .where('organization_id', '=', organizationId);
  // Only managers of members see people who were invited and have not joined.
  if (!manages) all = all.where('status', '=', 'active');
  if (status !== undefined) all = all.where((where) => where('status', '=', status as 'active'));
  if (emails.length > 0) {
    const known = all.where('users.email', 'in', emails);
    all = manages ? known : known.where('users.id', '=', userIdOf(caller));
  }
  if (text !== '') {
    const pattern = containing(text);
    const byName = sql<SqlBool>`(users.username ilike ${pattern} and organization_member.status = 'active')`;
    const byAddress = sql<SqlBool>`users.email ilike ${pattern}`;
    all = all.where((where) => where.or([byName, ...(manages ? [byAddress] : [])]));
  }
  const { rows: members, totalCount } = await readPage(
    all
      .selectAll('organization_member')
      .orderBy('organization_member.created_at')
      .orderBy('organization_member.id'),
    page,
  );
  return { members, totalCount };
}

/** A user's own memberships, oldest first. */
export async function membershipsOf({ db }: Platform, userId: string): Promise<Membership[]> {
  return await db
    .selectFrom('organization_member')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
}

/** The search for members of a team; undefined: all, oldest first. */
export interface TeamMemberSearch {
  status: string | undefined;
  isServiceAccount: boolean | undefined;
  sort: string | undefined;
}

export async function listTeamMemberships(
  { db }: Platform,
  teamId: string,
  { status, isServiceAccount, sort }: TeamMemberSearch,
  page: Page,
): Promise<{ members: Membership[]; totalCount: number }> {
  const all = db
    .selectFrom('team_member')
    .innerJoin('organization_member', (join) =>
      join
        .onRef('organization_member.user_id', '=', 'team_member.user_id')
        .onRef('organization_member.organization_id', '=', 'team_member.organization_id'),
    )
    .innerJoin('users', 'users.id', 'organization_member.user_id')
    .where('team_member.team_id', '=', teamId)
    .$if(status !== undefined, (some) =>
      some.where(sql<SqlBool>`organization_member.status = ${status ?? ''}`),
    )
    .$if(isServiceAccount !== undefined, (some) =>
      some.where('users.is_service_account', '=', isServiceAccount ?? false),
    );
  const { rows: members, totalCount } = await readPage(
    all
      .selectAll('organization_member')
      .$if(Boolean(sort), (some) =>
        some.orderBy('organization_member.status', sort === '-status' ? 'desc' : 'asc'),
      )
      .orderBy('organization_member.created_at')
      .orderBy('organization_member.id'),
    page,
  );
  return { members, totalCount };
}

/** Ends a membership of the organization and its teams. Everybody may leave; a manager of members may remove others. */
export async function deleteMembership(
  platform: Platform,
  caller: Caller,
  member: Membership,
): Promise<void> {
  const { db } = platform;
  const isOwn = caller.kind === 'user' && caller.userId === member.user_id;
  if (!isOwn) {
    await requireInOrganization(db, caller, member.organization_id, 'manage-membership');
    const isOwner = await db
      .selectFrom('team_member')
      .innerJoin('team', 'team.id', 'team_member.team_id')
      .select('team.id')
      .where('team_member.user_id', '=', member.user_id)
      .where('team.organization_id', '=', member.organization_id)
      .where('team.is_owners', '=', true)
      .executeTakeFirst();
    const mayRemoveOwners = await canInOrganization(db, caller, member.organization_id, 'owner');
    if (isOwner !== undefined && !mayRemoveOwners) refuse('not_found');
  }
  await transact(db, async (tx) => {
    await requireOwnerLeft(tx, member.organization_id, [member.user_id]);
    (await tx
      .deleteFrom('organization_member')
      .where('id', '=', member.id)
      .returning('id')
      .executeTakeFirst()) ?? refuse('not_found');
    await recordChange(tx, caller, {
      organizationId: member.organization_id,
      resource: { type: 'organization-memberships', id: member.id },
      action: 'destroy',
      before: { user: member.user_id },
    });
  });
  forgetRights(caller);
}

async function findOrCreateUser(tx: Tx, email: string): Promise<{ userId: string; isNew: boolean }> {
  // Parallel invitations of the same person wait here, and then find the user.
  await lockAddress(tx, email);
  const existing = await tx
    .selectFrom('users')
    .select('id')
    .where((where) => where(where.fn<string>('lower', ['email']), '=', email.toLowerCase()))
    .where('is_service_account', '=', false)
    .orderBy('created_at')
    .executeTakeFirst();
  if (existing !== undefined) return { userId: existing.id, isNew: false };
  return { userId: await addPerson(tx, email), isNew: true };
}
