import type { Tx } from '../database/transact.ts';
import { refuse } from '../http/refusal.ts';
import { timestamp } from '../http/json-api.ts';

/**
 * The expiry of a token that is made with another: never after that one, else the holder of a token for a day could
 * hold one for ever.
 *
 * @param maker the token or session that it is made with; a session is bound to the token that it began with, if any
 * @param wanted null: as late as allowed, and no later than `usual`
 * @param usual the expiry of a token for which none is wanted; null: never
 * @throws 422 for a later end
 */
export async function expiryWithin(
  tx: Tx,
  { tokenId }: { tokenId: string },
  wanted: Date | null,
  usual: Date | null,
): Promise<Date | null> {
  const maker = await findEnd(tx, tokenId);
  if (maker === undefined) refuse('unauthorized');
  const { expires_at: latest } = maker;
  if (wanted === null) return latest === null || (usual !== null && usual < latest) ? usual : latest;
  if (latest === null || wanted <= latest) return wanted;
  refuse(
    'invalid_attribute',
    `A token ends no later than the one it is made with, which ends at ${timestamp(latest)}: ask for an earlier end, or leave it out.`,
    '/data/attributes/expired-at',
  );
}

async function findEnd(tx: Tx, makerId: string): Promise<{ expires_at: Date | null } | undefined> {
  const token = await tx
    .selectFrom('token')
    .select('expires_at')
    .where('id', '=', makerId)
    .executeTakeFirst();
  if (token !== undefined) return token;
  return await tx
    .selectFrom('session')
    .leftJoin('token', 'token.id', 'session.token_id')
    .select('token.expires_at')
    .where('session.id', '=', makerId)
    .executeTakeFirst();
}
