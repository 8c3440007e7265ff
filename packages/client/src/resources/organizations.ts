import type { ListDocument, Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { identifiers, resourceCalls, type ListOptions, type ReadOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Run } from './run-document.ts';

export interface OrganizationAttributes {
  readonly name: string;
  readonly email: string | null;
  readonly 'external-id': string;
  readonly 'created-at': string;
  readonly permissions: Readonly<Record<string, boolean>>;
  readonly 'cost-estimation-enabled'?: boolean;
  readonly 'user-tokens-enabled'?: boolean;
}
export type Organization = Resource<OrganizationAttributes>;

/** Switches (`operations`, `state-storage`, …) and limits. */
export type EntitlementSet = Resource<Readonly<Record<string, boolean | number | null>>>;

/** Attributes of `api-contract §5.1` by their wire names. Absent ones are not sent. */
export interface OrganizationSettings {
  readonly name?: string;
  readonly email?: string;
  readonly 'collaborator-auth-policy'?: string | null;
  /** false: tokens of users do not work in the organization. */
  readonly 'user-tokens-enabled'?: boolean | null;
  readonly 'session-timeout'?: number | null;
  readonly 'session-remember'?: number | null;
  readonly 'cost-estimation-enabled'?: boolean;
  readonly 'default-execution-mode'?: 'remote' | 'local' | 'agent';
  readonly 'default-agent-pool-id'?: string | null;
  readonly engine?: 'terraform' | 'opentofu' | null;
  readonly 'assessments-enforced'?: boolean;
  readonly 'allow-force-delete-workspaces'?: boolean;
  readonly 'send-passing-statuses-for-untriggered-speculative-plans'?: boolean;
  readonly 'aggregated-commit-status-enabled'?: boolean;
  readonly 'speculative-plan-management-enabled'?: boolean;
  readonly 'owners-team-saml-role-id'?: string | null;
  readonly [attribute: string]: unknown;
}

export interface OrganizationCreate extends OrganizationSettings {
  /** At least 3 of `A-Za-z0-9_-`. */
  readonly name: string;
  readonly email: string;
}

export interface OrganizationListOptions extends ListOptions {
  /** Part of a name or address. */
  readonly q?: string | undefined;
  readonly queryEmail?: string | undefined;
  readonly queryName?: string | undefined;
}

/** The numbers of waiting and working runs. */
export type Capacity = Resource<{
  readonly pending: number;
  readonly running: number;
  /** Only on Runwright: since when the first of the waiting ones waits. */
  readonly 'oldest-queued-at'?: string | null;
  /** Only on Runwright: runners that are there for the organization's runs. */
  readonly runners?: number;
}>;

export interface MembershipAttributes {
  /** `active` or `invited`. */
  readonly status: string;
  readonly email?: string;
}
/** Relationships: `organization`, `user`, `teams`. */
export type Membership = Resource<MembershipAttributes>;

export type Tag = Resource<{ readonly name: string; readonly 'instance-count'?: number }>;

/** `api-contract §5.1`, §2.7. */
export function organizations(transport: Transport) {
  const calls = resourceCalls(transport);
  const one = (name: string) => path`organizations/${name}`;
  return {
    create: (fields: OrganizationCreate, options?: CallOptions) =>
      calls.create<Organization>('organizations', { type: 'organizations', attributes: fields }, options),
    read: (name: string, options?: CallOptions) => calls.read<Organization>(one(name), options),
    list: (options: OrganizationListOptions = {}): Promise<ListDocument<Organization>> =>
      calls.list('organizations', options, {
        q: options.q,
        'q[email]': options.queryEmail,
        'q[name]': options.queryName,
      }),
    each: (options?: CallOptions) => calls.each<Organization>('organizations', options),
    update: (name: string, fields: OrganizationSettings, options?: CallOptions) =>
      calls.update<Organization>(one(name), { type: 'organizations', id: name, attributes: fields }, options),
    delete: (name: string, options?: CallOptions) => calls.remove(one(name), options),
    entitlements: (name: string, options?: CallOptions) =>
      calls.read<EntitlementSet>(`${one(name)}/entitlement-set`, options),
    capacity: (name: string, options?: CallOptions) => calls.read<Capacity>(`${one(name)}/capacity`, options),
    /** Runs that wait for their turn, with their position. */
    runQueue: (name: string, options?: ListOptions) => calls.list<Run>(`${one(name)}/runs/queue`, options),
    tags: (name: string, options: ListOptions & { readonly q?: string } = {}) =>
      calls.list<Tag>(`${one(name)}/tags`, options, { q: options.q }),
    deleteTags: (name: string, tagIds: readonly string[], options?: CallOptions) =>
      calls.act('DELETE', `${one(name)}/tags`, { data: identifiers('tags', tagIds) }, options),
  };
}

/** The members of an organization. */
export function memberships(transport: Transport) {
  const calls = resourceCalls(transport);
  const of = (organization: string) => path`organizations/${organization}/organization-memberships`;
  const one = (id: string) => path`organization-memberships/${id}`;
  return {
    list: (organization: string, options: ListOptions & { readonly q?: string } = {}) =>
      calls.list<Membership>(of(organization), options, { q: options.q }),
    /** The caller's own memberships. */
    mine: (options?: ListOptions) => calls.list<Membership>('organization-memberships', options),
    invite: (organization: string, email: string, teamIds: readonly string[], options?: CallOptions) =>
      calls.create<Membership>(
        of(organization),
        {
          type: 'organization-memberships',
          attributes: { email },
          relationships: { teams: identifiers('teams', teamIds) },
        },
        options,
      ),
    read: (id: string, options?: ReadOptions) => calls.read<Membership>(one(id), options),
    /** Accepts the caller's own invitation. Only on Runwright. */
    accept: (id: string, options?: CallOptions) =>
      calls.actOn<Membership>(`${one(id)}/actions/accept`, undefined, options),
    delete: (id: string, options?: CallOptions) => calls.remove(one(id), options),
  };
}
