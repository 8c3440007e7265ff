import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface TokenAttributes {
  readonly description?: string | null;
  readonly 'created-at'?: string;
  readonly 'last-used-at'?: string | null;
  readonly 'expired-at'?: string | null;
  /** The secret: only in the answer to `create…`. */
  readonly token?: string | null;
}
export type Token = Resource<TokenAttributes>;

export interface TokenFields {
  readonly description?: string;
  /** ISO 8601. */
  readonly 'expired-at'?: string | null;
}

/** `api-contract §5.8`. Organizations and teams have one token: a new one ends the old one. */
export function tokens(transport: Transport) {
  const calls = resourceCalls(transport);
  const input = (fields: TokenFields = {}) => ({ type: 'authentication-tokens', attributes: fields });
  const many = (owner: (id: string) => string) => ({
    list: (id: string, options?: ListOptions) => calls.list<Token>(owner(id), options),
    create: (id: string, fields?: TokenFields, options?: CallOptions) =>
      calls.create<Token>(owner(id), input(fields), options),
  });
  const single = (owner: (id: string) => string) => ({
    read: (id: string, options?: CallOptions) => calls.read<Token>(owner(id), options),
    create: (id: string, fields?: TokenFields, options?: CallOptions) =>
      calls.create<Token>(owner(id), input(fields), options),
    delete: (id: string, options?: CallOptions) => calls.remove(owner(id), options),
  });
  return {
    ofUser: many((userId) => path`users/${userId}/authentication-tokens`),
    ofTeam: many((teamId) => path`teams/${teamId}/authentication-tokens`),
    ofAgentPool: many((poolId) => path`agent-pools/${poolId}/authentication-tokens`),
    legacyOfTeam: single((teamId) => path`teams/${teamId}/authentication-token`),
    ofOrganization: single((organization) => path`organizations/${organization}/authentication-token`),
    /** All tokens of an organization's teams. */
    ofTeams: (organization: string, options?: ListOptions) =>
      calls.list<Token>(path`organizations/${organization}/team-tokens`, options),
    read: (tokenId: string, options?: CallOptions) =>
      calls.read<Token>(path`authentication-tokens/${tokenId}`, options),
    delete: (tokenId: string, options?: CallOptions) =>
      calls.remove(path`authentication-tokens/${tokenId}`, options),
  };
}
