import { recordChange } from '../../access/record-change.ts';
import { addPerson, lockAddress } from '../../access/users.ts';
import type { OidcSettings } from '../../config.ts';
import type { Tx } from '../../database/transact.ts';
import type { Person } from './claims.ts';

export type Found = { userId: string } | { refused: keyof typeof REFUSALS };

/** Errors for a person without an account here. None of them reveals who has one. */
export const REFUSALS = {
  unknown: 'Nobody here belongs to this account. Ask an administrator for an invitation.',
  noAddress: 'Your provider gives no e-mail address for you, and you are not known here yet.',
  domain: 'Addresses of your domain are not let in here.',
  taken:
    'A user with your e-mail address is here already, and is not joined to your account by itself. Sign in as that user in the old way, or ask an administrator.',
} as const;

/**
 * The user behind an account at the provider, by issuer and subject. An unknown account is joined to the user of its
 * address only if the operator trusts the provider with that and the provider has checked the address; never to an
 * owner or an administrator, where a mistake would cost most, or to a user with another account there.
 */
export async function findUser(tx: Tx, person: Person, settings: OidcSettings): Promise<Found> {
  const { issuer, subject, email } = person;
  const known = await tx
    .updateTable('user_identity')
    .set({
      last_sign_in_at: new Date(),
      email: email ?? null,
      groups: person.groups === undefined ? null : JSON.stringify(person.groups),
    })
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .returning('user_id')
    .executeTakeFirst();
  if (known !== undefined) return { userId: known.user_id };
  if (email === undefined) return { refused: 'noAddress' };
  const [, domain = ''] = email.toLowerCase().split('@');
  if (settings.domains.length > 0 && !settings.domains.includes(domain)) return { refused: 'domain' };
  await lockAddress(tx, email);
  const existing = await tx
    .selectFrom('users')
    .select(['id', 'is_site_admin'])
    .where((where) => where(where.fn<string>('lower', ['email']), '=', email.toLowerCase()))
    .where('is_service_account', '=', false)
    .executeTakeFirst();
  if (existing === undefined) {
    if (!settings.createsUsers) return { refused: 'unknown' };
    const userId = await addPerson(tx, email, person.wantedName);
    await join(tx, person, userId, 'create_from_identity');
    return { userId };
  }
  if (!settings.trustsEmail || !person.isEmailVerified || existing.is_site_admin) return { refused: 'taken' };
  if (await isPrecious(tx, existing.id, issuer)) return { refused: 'taken' };
  await join(tx, person, existing.id, 'join_identity');
  return { userId: existing.id };
}

/** Whether the user is an owner, or has an account of this issuer already. */
async function isPrecious(tx: Tx, userId: string, issuer: string): Promise<boolean> {
  const owner = await tx
    .selectFrom('team_member')
    .innerJoin('team', 'team.id', 'team_member.team_id')
    .select('team.id')
    .where('team_member.user_id', '=', userId)
    .where('team.is_owners', '=', true)
    .executeTakeFirst();
  const other = await tx
    .selectFrom('user_identity')
    .select('subject')
    .where('user_id', '=', userId)
    .where('issuer', '=', issuer)
    .executeTakeFirst();
  return owner !== undefined || other !== undefined;
}

async function join(tx: Tx, person: Person, userId: string, action: string): Promise<void> {
  const { issuer, subject, email, groups } = person;
  await tx
    .insertInto('user_identity')
    .values({
      issuer,
      subject,
      user_id: userId,
      email: email ?? null,
      groups: groups === undefined ? null : JSON.stringify(groups),
    })
    .execute();
  await recordChange(tx, null, {
    organizationId: null,
    resource: { type: 'users', id: userId },
    action,
    after: { issuer, subject },
  });
}
