import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Platform } from '../../context.ts';
import type { Attempt } from './provider.ts';

const NAME = 'rw_login';
const COLUMN = 'user_identity.attempt';

const Shape = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  untilMs: z.number(),
});

type Sealing = Pick<Platform, 'sealer' | 'publicUrl'>;

/** @param attempt null: the browser forgets it */
export const attemptCookie = ({ sealer, publicUrl }: Sealing, attempt: Attempt | null): string =>
  stringifySetCookie({
    name: NAME,
    value: attempt === null ? '' : sealer.seal(JSON.stringify(attempt), COLUMN, NAME),
    path: '/auth',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: attempt === null ? 0 : Math.ceil((attempt.untilMs - Date.now()) / 1_000),
  });

/** @returns undefined for a missing or an old cookie, and one that this server has not made */
export function attemptOf({ sealer }: Sealing, { headers }: FastifyRequest): Attempt | undefined {
  const sealed = parseCookie(headers.cookie ?? '')[NAME];
  if (sealed === undefined || sealed === '') return undefined;
  let text: string;
  try {
    text = sealer.open(sealed, COLUMN, NAME);
  } catch {
    return undefined;
  }
  const attempt = Shape.parse(JSON.parse(text));
  return attempt.untilMs > Date.now() ? attempt : undefined;
}
