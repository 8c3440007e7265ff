import { newId } from '@runwright/models';
import type { Platform } from '../context.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Long enough for the longest apply of a runner whose server was replaced meanwhile. */
const BUILTIN_VALID_MS = 7 * DAY_MS;

/** A token for a runner that this server starts itself, made anew at each start; old ones are removed as they expire. */
export async function createBuiltinAgentToken({ db }: Platform): Promise<string> {
  const secret = newOpaqueToken();
  const now = Date.now();
  await db.deleteFrom('token').where('kind', '=', 'agent').where('expires_at', '<', new Date(now)).execute();
  await insertAgentToken({ db }, secret, 'built-in runner', new Date(now + BUILTIN_VALID_MS));
  return secret;
}

/** Lets runners in that were given the configured token. */
export async function acceptAgentToken({ db }: Platform, secret: string): Promise<void> {
  await insertAgentToken({ db }, secret, 'configured for runners', null);
}

async function insertAgentToken(
  { db }: Pick<Platform, 'db'>,
  secret: string,
  description: string,
  expiresAt: Date | null,
): Promise<void> {
  await db
    .insertInto('token')
    .values({
      id: newId('at'),
      secret_hash: hashSecret(secret),
      kind: 'agent',
      user_id: null,
      organization_id: null,
      description,
      expires_at: expiresAt,
    })
    .onConflict((conflict) => conflict.column('secret_hash').doNothing())
    .execute();
}
