import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { nothing, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { document, IdParams } from '../../http/json-api.ts';
import { paginate, WholeListQuery, wholePageOf } from '../../http/pagination.ts';
import { ChangedAttributes, NewAttributes, Relationships } from '../attributes.ts';
import { NotificationConfigurationSchema, notificationResource } from '../document.ts';
import type { Configuration } from '../send.ts';
import {
  createNotificationConfiguration,
  deleteNotificationConfiguration,
  listNotificationConfigurations,
  readNotificationConfiguration,
  readResponses,
  updateNotificationConfiguration,
  verifyNotificationConfiguration,
} from '../service.ts';
import {
  configurationPermission,
  seesAddresses,
  SUBSCRIBABLES,
  subscribablePermission,
  type SubscribableKind,
} from '../subscribables.ts';

const idsOf = (relationships: z.output<typeof Relationships>): string[] | undefined =>
  relationships?.users?.data?.map(({ id }) => id);

const nameOf = (kind: SubscribableKind): string => `a ${kind.slice(0, -1)}`;

/** api-contract §5.10. */
export function notificationEndpoints(platform: Platform): Endpoint<Caller>[] {
  const describe = async (caller: Caller, configuration: Configuration) =>
    (await seesAddresses(platform, caller, configuration))
      ? notificationResource(configuration, await readResponses(platform, configuration.id))
      : notificationResource({ ...configuration, url: null, email_addresses: [] }, []);
  return [
    ...SUBSCRIBABLES.flatMap((kind): Endpoint<Caller>[] => [
      endpoint({
        method: 'POST',
        url: `/api/v2/${kind}/:id/notification-configurations`,
        summary: `Create a notification configuration of ${nameOf(kind)}; one that is enabled is verified first`,
        example: {
          data: {
            type: 'notification-configurations',
            attributes: {
              name: 'deployments',
              'destination-type': 'slack',
              url: 'https://hooks.example.com/services/deployments',
              enabled: false,
            },
          },
        },
        access: 'account',
        permission: subscribablePermission(kind, 'change'),
        params: IdParams,
        body: document(NewAttributes, Relationships),
        answers: { 201: documentOf(NotificationConfigurationSchema) },
        handle: async ({ caller, params, body }) => {
          const { attributes, relationships } = body.data;
          const users = idsOf(relationships) ?? [];
          const created = await createNotificationConfiguration(
            platform,
            caller,
            { kind, id: params.id },
            attributes,
            users,
          );
          return { status: 201, body: { data: await describe(caller, created) } };
        },
      }),
      endpoint({
        method: 'GET',
        url: `/api/v2/${kind}/:id/notification-configurations`,
        summary: `List the notification configurations of ${nameOf(kind)}`,
        access: 'account',
        permission: subscribablePermission(kind, 'read'),
        params: IdParams,
        query: WholeListQuery,
        answers: { 200: pagedListOf(NotificationConfigurationSchema) },
        handle: async ({ caller, params, query, raw }) => {
          const page = wholePageOf(query);
          const found = await listNotificationConfigurations(platform, caller, { kind, id: params.id }, page);
          const data = await Promise.all(
            found.configurations.map(async (each) => await describe(caller, each)),
          );
          return { status: 200, body: { data, ...paginate(raw.url, page, found.totalCount) } };
        },
      }),
    ]),
    endpoint({
      method: 'GET',
      url: '/api/v2/notification-configurations/:id',
      summary: 'Read a notification configuration, with what its receiver answered lately',
      access: 'account',
      permission: configurationPermission('read'),
      params: IdParams,
      answers: { 200: documentOf(NotificationConfigurationSchema) },
      handle: async ({ caller, params }) => {
        const configuration = await readNotificationConfiguration(platform, caller, params.id);
        return { status: 200, body: { data: await describe(caller, configuration) } };
      },
    }),
    endpoint({
      method: 'PATCH',
      url: '/api/v2/notification-configurations/:id',
      summary: 'Change a notification configuration; enabling it or moving it verifies it',
      access: 'account',
      permission: configurationPermission('change'),
      params: IdParams,
      body: document(ChangedAttributes.nullish(), Relationships),
      answers: { 200: documentOf(NotificationConfigurationSchema) },
      handle: async ({ caller, params, body }) => {
        const users = idsOf(body.data.relationships);
        const attributes = body.data.attributes ?? {};
        const changed = await updateNotificationConfiguration(platform, caller, params.id, attributes, users);
        return { status: 200, body: { data: await describe(caller, changed) } };
      },
    }),
    endpoint({
      method: 'DELETE',
      url: '/api/v2/notification-configurations/:id',
      summary: 'Delete a notification configuration; what it has not delivered is dropped',
      access: 'account',
      permission: configurationPermission('change'),
      params: IdParams,
      answers: { 204: nothing },
      handle: async ({ caller, params }) => {
        await deleteNotificationConfiguration(platform, caller, params.id);
        return { status: 204 };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/notification-configurations/:id/actions/enable',
      summary: 'Enable a notification configuration, which verifies it',
      access: 'account',
      permission: configurationPermission('change'),
      params: IdParams,
      answers: { 200: documentOf(NotificationConfigurationSchema) },
      handle: async ({ caller, params }) => {
        const change = { enabled: true };
        const changed = await updateNotificationConfiguration(platform, caller, params.id, change, undefined);
        return { status: 200, body: { data: await describe(caller, changed) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/notification-configurations/:id/actions/verify',
      summary: 'Send a verification: 400 when the receiver does not accept it',
      access: 'account',
      permission: configurationPermission('change'),
      params: IdParams,
      answers: { 200: documentOf(NotificationConfigurationSchema), 400: refusal },
      handle: async ({ caller, params }) => {
        const configuration = await verifyNotificationConfiguration(platform, caller, params.id);
        return { status: 200, body: { data: await describe(caller, configuration) } };
      },
    }),
  ];
}
