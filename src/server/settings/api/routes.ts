import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { requireSiteAdmin } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { documentOf, resource } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, NoRelationships } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { settingsOf, type GeneralSettings } from '../general-settings.ts';

const SettingsSchema = resource('general-settings', {
  'api-rate-limiting-enabled': z.boolean(),
  'api-rate-limit': z.int(),
});

const ChangeBody = document(z.object({ 'api-rate-limiting-enabled': z.boolean() }), NoRelationships);

/** The settings of the whole server that administrators may change while it runs (api-contract §1.3, §5.13). */
export function settingsEndpoints(platform: Platform): Endpoint<Caller>[] {
  const settings = settingsOf(platform);
  const rateLimit = platform.limits.requestsPerSecond;
  const describe = ({ rateLimitingEnabled }: GeneralSettings) => ({
    data: {
      id: 'general-settings',
      type: 'general-settings',
      attributes: {
        'api-rate-limiting-enabled': rateLimitingEnabled && rateLimit > 0,
        'api-rate-limit': rateLimit,
      },
    },
  });
  const common = {
    url: '/api/v2/admin/general-settings',
    access: 'account',
    permission: 'site-admin',
    params: z.object({}),
    answers: { 200: documentOf(SettingsSchema) },
  } as const;
  return [
    endpoint({
      ...common,
      method: 'GET',
      summary: 'Read the settings of the whole server',
      handle: async ({ caller }) => {
        requireSiteAdmin(caller);
        return { status: 200, body: describe(await settings.read()) };
      },
    }),
    endpoint({
      ...common,
      method: 'PATCH',
      summary: 'Switch the rate limit on or off',
      body: ChangeBody,
      handle: async ({ caller, body }) => {
        requireSiteAdmin(caller);
        const enabled = body.data.attributes['api-rate-limiting-enabled'];
        if (enabled && rateLimit === 0) {
          const detail = 'The server was started with RUNWRIGHT_RATE_LIMIT=0: start it with a limit first.';
          refuse('invalid_attribute', detail, '/data/attributes/api-rate-limiting-enabled');
        }
        return { status: 200, body: describe(await settings.change(caller, enabled)) };
      },
    }),
  ];
}
