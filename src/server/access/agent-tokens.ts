import { newId } from '@runwright/models';
import { recordChange } from './record-change.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Long enough for the longest apply of a runner whose server was replaced meanwhile. */
const BUILTIN_VALID_MS = 7 * DAY_MS;

/** A token for a runner that this server starts itself, made at each start; old ones are removed as they expire. */
export async function createBuiltinAgentToken({ db }: Platform): Promise<string> {
  const secret = newOpaqueToken();
  const now = Date.now();
  await db.deleteFrom('token').where('kind', '=', 'agent').where('expires_at', '<', new Date(now)).execute();
  await insertAgentToken({ db }, secret, 'built-in runner', new Date(now + BUILTIN_VALID_MS));
  return secret;
}

const CONFIGURED = 'configured for runners';

/**
 * Accepts the configured token of runners. An earlier configured token ends within a day: until then its runners
 * can deliver their work and be given the new one.
 *
 * @param secret undefined: none is configured any more
 */
export async function acceptAgentToken({ db }: Platform, secret: string | undefined): Promise<void> {
  if (secret !== undefined) await insertAgentToken({ db }, secret, CONFIGURED, null);
  const hash = secret === undefined ? '' : hashSecret(secret);
  const configured = db
    .updateTable('token')
    .where('kind', '=', 'agent')
    .where('agent_pool_id', 'is', null)
    .where('description', '=', CONFIGURED);
  await configured
    .set({ expires_at: new Date(Date.now() + DAY_MS) })
    .where('secret_hash', '<>', hash)
    .where('expires_at', 'is', null)
    .execute();
  await configured.set({ expires_at: null }).where('secret_hash', '=', hash).execute();
}

async function insertAgentToken(
  { db }: Pick<Platform, 'db'>,
  secret: string,
  description: string,
  expiresAt: Date | null,
): Promise<void> {
  await transact(db, async (tx) => {
    const token = await tx
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
      .returning('id')
      .executeTakeFirst();
    if (token === undefined) return;
    await recordChange(tx, null, {
      organizationId: null,
      resource: { type: 'authentication-tokens', id: token.id },
      action: 'create',
      after: { kind: 'agent', description },
    });
  });
}
