import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Platform } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import { authenticate } from './authenticate.ts';
import type { Caller } from './caller.ts';

/** Whether the request has the token that is configured for metrics, or one of a site administrator. */
export async function mayReadMetrics(
  platform: Platform,
  metricsToken: string | undefined,
  request: FastifyRequest,
): Promise<boolean> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return false;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  if (metricsToken !== undefined && timingSafeEqual(digest(bearer), digest(metricsToken))) return true;
  try {
    const caller = (await authenticate(platform, request, 'account')) as Caller;
    return caller.kind === 'user' && caller.isSiteAdmin;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
