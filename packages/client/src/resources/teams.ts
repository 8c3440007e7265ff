import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { identifiers, resourceCalls, type ListOptions, type ReadOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** The writable attributes of `api-contract §5.9`. */
export interface TeamFields {
  readonly name?: string;
  readonly visibility?: 'secret' | 'organization';
  readonly 'sso-team-id'?: string | null;
  readonly 'allow-member-token-management'?: boolean;
  readonly 'organization-access'?: Readonly<Record<string, boolean>>;
}
export type Team = Resource<TeamFields & { readonly name: string; readonly 'users-count'?: number }>;

export function teams(transport: Transport) {
  const calls = resourceCalls(transport);
  const of = (organization: string) => path`organizations/${organization}/teams`;
  const usersOf = (teamId: string) => path`teams/${teamId}/relationships/users`;
  const membersOf = (teamId: string) => path`teams/${teamId}/relationships/organization-memberships`;
  return {
    list: (organization: string, options: ListOptions & { readonly q?: string } = {}) =>
      calls.list<Team>(of(organization), options, { q: options.q }),
    each: (organization: string, options?: CallOptions) => calls.each<Team>(of(organization), options),
    create: (organization: string, fields: TeamFields & { readonly name: string }, options?: CallOptions) =>
      calls.create<Team>(of(organization), { type: 'teams', attributes: fields }, options),
    read: (teamId: string, options?: ReadOptions) => calls.read<Team>(path`teams/${teamId}`, options),
    update: (teamId: string, fields: TeamFields, options?: CallOptions) =>
      calls.update<Team>(path`teams/${teamId}`, { type: 'teams', id: teamId, attributes: fields }, options),
    delete: (teamId: string, options?: CallOptions) => calls.remove(path`teams/${teamId}`, options),
    /** By username, which this endpoint requires. */
    addUsers: (teamId: string, usernames: readonly string[], options?: CallOptions) =>
      calls.act('POST', usersOf(teamId), { data: identifiers('users', usernames) }, options),
    removeUsers: (teamId: string, usernames: readonly string[], options?: CallOptions) =>
      calls.act('DELETE', usersOf(teamId), { data: identifiers('users', usernames) }, options),
    addMembers: (teamId: string, membershipIds: readonly string[], options?: CallOptions) =>
      calls.act(
        'POST',
        membersOf(teamId),
        { data: identifiers('organization-memberships', membershipIds) },
        options,
      ),
    removeMembers: (teamId: string, membershipIds: readonly string[], options?: CallOptions) =>
      calls.act(
        'DELETE',
        membersOf(teamId),
        { data: identifiers('organization-memberships', membershipIds) },
        options,
      ),
  };
}

/** `access` is `read`, `plan`, `write`, `admin` or `custom`; the details can only be set with `custom`. */
export interface TeamAccessFields {
  readonly access?: string;
  readonly runs?: string;
  readonly variables?: string;
  readonly 'state-versions'?: string;
  readonly 'sentinel-mocks'?: string;
  readonly 'workspace-locking'?: boolean;
  readonly 'run-tasks'?: boolean;
  readonly 'policy-overrides'?: boolean;
}
/** Relationships: `team`, `workspace`. */
export type TeamAccess = Resource<TeamAccessFields>;

export interface TeamProjectAccessFields {
  /** `read`, `write`, `maintain`, `admin` or `custom`. */
  readonly access?: string;
  readonly 'project-access'?: Readonly<Record<string, unknown>>;
  readonly 'workspace-access'?: Readonly<Record<string, unknown>>;
}
/** Relationships: `team`, `project`. */
export type TeamProjectAccess = Resource<TeamProjectAccessFields>;

const ACCESS = {
  workspace: { type: 'team-workspaces', of: 'workspaces' },
  project: { type: 'team-projects', of: 'projects' },
} as const;

/** What teams may do in workspaces. */
export const teamAccess = (transport: Transport) =>
  access<TeamAccess, TeamAccessFields>(transport, 'workspace');

/** What teams may do in projects. */
export const teamProjectAccess = (transport: Transport) =>
  access<TeamProjectAccess, TeamProjectAccessFields>(transport, 'project');

function access<R extends Resource<unknown>, Fields extends object>(
  transport: Transport,
  target: keyof typeof ACCESS,
) {
  const calls = resourceCalls(transport);
  const { type, of } = ACCESS[target];
  const one = (id: string) => `${type}/${path`${id}`}`;
  return {
    /** The accesses of one workspace or project. */
    list: (targetId: string, options?: ListOptions) =>
      calls.list<R>(type, options, { [`filter[${target}][id]`]: targetId }),
    add: (teamId: string, targetId: string, fields: Fields, options?: CallOptions) =>
      calls.create<R>(
        type,
        {
          type,
          attributes: fields,
          relationships: { team: { type: 'teams', id: teamId }, [target]: { type: of, id: targetId } },
        },
        options,
      ),
    read: (id: string, options?: CallOptions) => calls.read<R>(one(id), options),
    update: (id: string, fields: Fields, options?: CallOptions) =>
      calls.update<R>(one(id), { type, id, attributes: fields }, options),
    remove: (id: string, options?: CallOptions) => calls.remove(one(id), options),
  };
}
