import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export type User = Resource<Readonly<Record<string, unknown>> & { readonly username: string }>;

/** `api-contract §5.8`. */
export function account(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    /** The owner of the token. Team and organization tokens have a user of their own. */
    details: (options?: CallOptions) => calls.read<User>('account/details', options),
    update: (fields: { readonly username?: string; readonly email?: string }, options?: CallOptions) =>
      calls.update<User>('account/update', { type: 'users', attributes: fields }, options),
  };
}

export function users(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    read: (userId: string, options?: CallOptions) => calls.read<User>(path`users/${userId}`, options),
  };
}
