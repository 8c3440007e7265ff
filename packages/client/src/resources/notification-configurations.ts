import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { identifiers, resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Attributes of `api-contract §5.10`. `token` is write-only. */
export interface NotificationFields {
  readonly name?: string;
  readonly 'destination-type'?: 'generic' | 'slack' | 'microsoft-teams' | 'email';
  readonly enabled?: boolean;
  readonly url?: string | null;
  readonly token?: string | null;
  readonly triggers?: readonly string[];
  readonly 'email-addresses'?: readonly string[];
  /** Ids of users who get e-mail. */
  readonly users?: readonly string[];
}
export type NotificationConfiguration = Resource<
  Omit<NotificationFields, 'token' | 'users'> & { readonly name: string; readonly enabled: boolean }
>;

/** The owner of a configuration: a workspace, by its id alone, or a named kind with an id. */
export type Subscribable =
  string | { readonly type: 'workspaces' | 'projects' | 'teams'; readonly id: string };

export function notificationConfigurations(transport: Transport) {
  const calls = resourceCalls(transport);
  const input = ({ users, ...attributes }: NotificationFields) => ({
    type: 'notification-configurations',
    attributes,
    relationships: { users: users === undefined ? undefined : identifiers('users', users) },
  });
  const one = (id: string) => path`notification-configurations/${id}`;
  const of = (owner: Subscribable) => {
    const { type, id } = typeof owner === 'string' ? { type: 'workspaces', id: owner } : owner;
    return path`${type}/${id}/notification-configurations`;
  };
  return {
    list: (owner: Subscribable, options?: ListOptions) =>
      calls.list<NotificationConfiguration>(of(owner), options),
    create: (
      owner: Subscribable,
      fields: NotificationFields & Required<Pick<NotificationFields, 'name' | 'destination-type'>>,
      options?: CallOptions,
    ) => calls.create<NotificationConfiguration>(of(owner), input(fields), options),
    read: (id: string, options?: CallOptions) => calls.read<NotificationConfiguration>(one(id), options),
    update: (id: string, fields: NotificationFields, options?: CallOptions) =>
      calls.update<NotificationConfiguration>(one(id), { id, ...input(fields) }, options),
    delete: (id: string, options?: CallOptions) => calls.remove(one(id), options),
    /** Enables the configuration, once its destination has accepted a test message. */
    enable: (id: string, options?: CallOptions) =>
      calls.actOn<NotificationConfiguration>(`${one(id)}/actions/enable`, undefined, options),
    /** Sends a test message now. */
    verify: (id: string, options?: CallOptions) =>
      calls.actOn<NotificationConfiguration>(`${one(id)}/actions/verify`, undefined, options),
  };
}
