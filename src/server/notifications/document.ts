import * as z from 'zod';
import type { DeliveryResponse } from '../database/schema.ts';
import { resource, Timestamp, toMany, toOne } from '../http/document-schema.ts';
import { reference, timestamp } from '../http/json-api.ts';
import type { Configuration } from './send.ts';
import { SUBSCRIBABLES, subscribableOf } from './subscribables.ts';
import { TRIGGERS } from './triggers.ts';

const Response = z.object({
  url: z.string(),
  body: z.string(),
  code: z.string(),
  headers: z.record(z.string(), z.array(z.string())),
  'sent-at': z.string(),
  successful: z.string(),
});

/** api-contract §5.10. */
export const NotificationConfigurationSchema = resource(
  'notification-configurations',
  {
    name: z.string(),
    'destination-type': z.enum(['generic', 'slack', 'microsoft-teams', 'email']),
    enabled: z.boolean(),
    url: z.string().nullable(),
    /** The token is never shown. */
    token: z.null(),
    triggers: z.array(z.enum(TRIGGERS)),
    'email-addresses': z.array(z.string()),
    'email-all-members': z.boolean(),
    'delivery-responses': z.array(Response),
    'created-at': Timestamp,
    'updated-at': Timestamp,
  },
  { subscribable: toOne(...SUBSCRIBABLES), users: toMany('users') },
);

/** @param responses the latest answers, newest first */
export function notificationResource(configuration: Configuration, responses: DeliveryResponse[]) {
  const { kind, id } = subscribableOf(configuration);
  return {
    id: configuration.id,
    type: 'notification-configurations',
    attributes: {
      name: configuration.name,
      'destination-type': configuration.destination_type,
      enabled: configuration.enabled,
      url: configuration.url,
      token: null,
      triggers: configuration.triggers,
      'email-addresses': configuration.email_addresses,
      'email-all-members': false,
      'delivery-responses': responses,
      'created-at': timestamp(configuration.created_at),
      'updated-at': timestamp(configuration.updated_at),
    },
    relationships: {
      subscribable: reference(kind, id),
      users: { data: configuration.user_ids.map((id) => ({ id, type: 'users' })) },
    },
    links: { self: `/api/v2/notification-configurations/${configuration.id}` },
  };
}
