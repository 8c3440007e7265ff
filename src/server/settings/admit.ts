import type { FastifyReply } from 'fastify';
import { authenticate } from '../access/authenticate.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import type { Platform } from '../context.ts';
import { countedAddress } from '../http/client-address.ts';
import type { RateLimiter } from '../http/rate-limit.ts';
import { Refusal } from '../http/refusal.ts';
import type { Admit } from '../http/serve/register-endpoints.ts';
import { settingsOf, type SettingsReader } from './general-settings.ts';

/**
 * Identifies the caller and limits the rate of calls: counted for each user whatever the token, and for each address
 * when there is no valid one (api-contract §1.3). Runners are not counted, nor are addresses that carry their own
 * permission: logs, uploads, downloads. Of the endpoints for anyone, only guesses at a secret are counted.
 */
export function createAdmission(platform: Platform, limiter: RateLimiter): Admit<Caller> {
  const settings = settingsOf(platform);
  const count = async (key: string, reply: FastifyReply): Promise<void> => {
    if (limiter.limit > 0 && (await settings.read()).rateLimitingEnabled) limiter.take(key, reply);
  };
  return async (request, access, reply) => {
    request.countedAs = `address:${countedAddress(request.clientAddress)}`;
    if (access === 'anyone') {
      if (request.method === 'POST') await count(request.countedAs, reply);
      // The terraform CLI derives its own pace from the ping.
      else if (request.routeOptions.url === '/api/v2/ping') await announce(limiter, settings, reply);
      // Endpoints for anyone do not use their caller.
      return null as unknown as Caller;
    }
    let caller: Caller;
    try {
      caller = (await authenticate(platform, request, access)) as Caller;
    } catch (error) {
      if (error instanceof Refusal) await count(request.countedAs, reply);
      throw error;
    }
    request.actor = userIdOf(caller) ?? caller.kind;
    request.countedAs = 'userId' in caller ? `user:${caller.userId}` : `token:${caller.tokenId}`;
    if (access !== 'agent') await count(request.countedAs, reply);
    return caller;
  };
}

async function announce(
  { limit }: RateLimiter,
  settings: SettingsReader,
  reply: FastifyReply,
): Promise<void> {
  if (limit > 0 && (await settings.read()).rateLimitingEnabled) {
    void reply.header('X-RateLimit-Limit', String(limit));
  }
}
