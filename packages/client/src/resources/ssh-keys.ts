import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export type SshKey = Resource<{ readonly name: string }>;

export interface SshKeyFields {
  readonly name?: string;
  /** The private key; never sent back. */
  readonly value?: string;
}

/** `api-contract §5.13`. */
export function sshKeys(transport: Transport) {
  const calls = resourceCalls(transport);
  const of = (organization: string) => path`organizations/${organization}/ssh-keys`;
  return {
    list: (organization: string, options?: ListOptions) => calls.list<SshKey>(of(organization), options),
    create: (organization: string, fields: Required<SshKeyFields>, options?: CallOptions) =>
      calls.create<SshKey>(of(organization), { type: 'ssh-keys', attributes: fields }, options),
    read: (id: string, options?: CallOptions) => calls.read<SshKey>(path`ssh-keys/${id}`, options),
    update: (id: string, fields: SshKeyFields, options?: CallOptions) =>
      calls.update<SshKey>(path`ssh-keys/${id}`, { type: 'ssh-keys', id, attributes: fields }, options),
    delete: (id: string, options?: CallOptions) => calls.remove(path`ssh-keys/${id}`, options),
  };
}
