import { createHash, timingSafeEqual } from 'node:crypto';
import { recordChange } from '../access/record-change.ts';
import type { Caller, Origin } from '../access/caller.ts';
import { createUserToken } from '../access/user-tokens.ts';
import type { Platform } from '../context.ts';
import { transact } from '../database/transact.ts';
import { hashSecret, newOpaqueToken } from '../secrets/opaque-tokens.ts';
import type { AuthorizationRequest } from './authorization-request.ts';

const VALID_MS = 60_000;

type Person = Extract<Caller, { kind: 'user' }>;

/** A code that the holder of the verifier can exchange once, within a minute. Only its hash is stored. */
export async function createLoginCode(
  { db }: Platform,
  person: Person,
  { redirectUri, codeChallenge }: AuthorizationRequest,
): Promise<string> {
  const code = newOpaqueToken();
  const now = Date.now();
  await transact(db, async (tx) => {
    await tx.deleteFrom('login_code').where('expires_at', '<', new Date(now)).execute();
    await tx
      .insertInto('login_code')
      .values({
        code_hash: hashSecret(code),
        user_id: person.userId,
        token_id: person.tokenId,
        redirect_uri: redirectUri,
        code_challenge: codeChallenge,
        expires_at: new Date(now + VALID_MS),
      })
      .execute();
    await recordChange(tx, person, {
      organizationId: null,
      resource: { type: 'users', id: person.userId },
      action: 'authorize-login',
    });
  });
  return code;
}

export interface CodeExchange {
  code: string;
  verifier: string;
  redirectUri: string;
}

/**
 * A token of the user who signed in. The first attempt uses the code up, also when it fails: a stolen code is then
 * worth nothing to either side.
 *
 * @returns undefined when the code is unknown, used, too old, or another client's
 */
export async function exchangeLoginCode(
  { db, limits }: Platform,
  { code, verifier, redirectUri }: CodeExchange,
  origin: Origin,
): Promise<string | undefined> {
  return await transact(db, async (tx) => {
    const found = await tx
      .deleteFrom('login_code')
      .where('code_hash', '=', hashSecret(code))
      .returningAll()
      .executeTakeFirst();
    if (found === undefined || found.expires_at.getTime() <= Date.now()) return undefined;
    if (found.redirect_uri !== redirectUri || !answers(verifier, found.code_challenge)) return undefined;
    const maker = { userId: found.user_id, tokenId: found.token_id, origin };
    return await createUserToken(tx, maker, 'terraform login', limits.tokenLifetimeMs);
  });
}

/** PKCE with S256 (RFC 7636 §4.6). */
function answers(verifier: string, challenge: string): boolean {
  const made = createHash('sha256').update(verifier).digest();
  const expected = Buffer.from(challenge, 'base64url');
  return made.length === expected.length && timingSafeEqual(made, expected);
}
