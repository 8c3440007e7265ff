import { newId } from '@runwright/models';
import { recordChange } from './record-change.ts';
import type { Tx } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import type { Origin } from './caller.ts';
import { expiryWithin } from './token-expiry.ts';

/**
 * A new token of a user who has signed in just now with another, which ends no later than that one.
 *
 * @param lifetimeMs how long it lives; null: until it is revoked
 * @returns its secret, which cannot be read again
 */
export async function createUserToken(
  tx: Tx,
  { userId, tokenId, origin }: { userId: string; tokenId: string; origin: Origin },
  description: string,
  lifetimeMs: number | null,
): Promise<string> {
  const secret = newOpaqueToken();
  const id = newId('at');
  const user = await tx
    .selectFrom('users')
    .select(['username', 'is_site_admin'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('token')
    .values({
      id,
      secret_hash: hashSecret(secret),
      kind: 'user',
      user_id: userId,
      organization_id: null,
      description,
      created_by: userId,
      expires_at: await expiryWithin(
        tx,
        { tokenId },
        null,
        lifetimeMs === null ? null : new Date(Date.now() + lifetimeMs),
      ),
    })
    .execute();
  const { username, is_site_admin: isSiteAdmin } = user;
  await recordChange(
    tx,
    { kind: 'user', tokenId: id, userId, username, isSiteAdmin, origin },
    {
      organizationId: null,
      resource: { type: 'authentication-tokens', id },
      action: 'create',
      after: { description },
    },
  );
  return secret;
}
