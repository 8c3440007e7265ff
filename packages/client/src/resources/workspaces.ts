import type { Document, ListDocument, Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { identifiers, resourceCalls, type ListOptions, type ReadOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';
import type { Tag } from './organizations.ts';
import { tagBindings } from './tag-bindings.ts';

/** The number of a team's members who must approve a plan; a team of null: anybody who may apply. */
export interface ApprovalRule {
  readonly 'team-id': string | null;
  readonly approvals: number;
}

/** A weekly period in which applies are allowed, or a single one in which they are not: local times of a time zone. */
export type ChangeWindow =
  | {
      readonly kind: 'window';
      readonly name: string;
      readonly 'time-zone': string;
      readonly days: readonly ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
      /** `09:30`. */
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly kind: 'freeze';
      readonly name: string;
      readonly 'time-zone': string;
      /** `2026-12-20T00:00`. */
      readonly 'starts-at': string;
      readonly 'ends-at': string;
    };

/** Attributes of every server, and those that only some have. */
export interface WorkspaceAttributes {
  readonly name: string;
  readonly description: string | null;
  readonly 'auto-apply': boolean;
  readonly 'execution-mode': string;
  readonly 'terraform-version': string;
  readonly 'working-directory': string | null;
  readonly 'allow-destroy-plan': boolean;
  readonly 'structured-run-output-enabled': boolean;
  readonly locked: boolean;
  readonly 'locked-reason'?: string | null;
  readonly 'resource-count': number;
  /** Objects that the newest whole plan of the current state found to be changed outside of terraform. */
  readonly 'resources-drifted'?: number | null;
  readonly 'tag-names'?: readonly string[];
  readonly 'latest-change-at'?: string;
  readonly 'last-applied-at'?: string | null;
  readonly 'created-at': string;
  readonly 'updated-at': string;
  readonly permissions: Readonly<Record<string, boolean>>;
  readonly 'auto-apply-run-trigger'?: boolean;
  readonly 'mcp-apply-approval'?: boolean;
  readonly 'auto-apply-below-risk'?: number | null;
  readonly 'approval-rules'?: readonly ApprovalRule[];
  readonly 'change-windows'?: readonly ChangeWindow[];
  readonly operations?: boolean;
  readonly engine?: string | null;
  readonly 'queue-all-runs'?: boolean;
  readonly 'speculative-enabled'?: boolean;
  readonly 'global-remote-state'?: boolean;
  readonly 'project-remote-state'?: boolean;
  readonly 'file-triggers-enabled'?: boolean;
  readonly 'trigger-prefixes'?: readonly string[];
  readonly 'trigger-patterns'?: readonly string[];
  readonly 'assessments-enabled'?: boolean;
  readonly 'migration-environment'?: string | null;
  readonly 'source-name'?: string | null;
  readonly 'source-url'?: string | null;
  readonly 'auto-destroy-at'?: string | null;
  readonly 'auto-destroy-activity-duration'?: string | null;
  readonly 'inherits-project-auto-destroy'?: boolean;
  readonly 'auto-destroy-status'?: string | null;
  readonly 'vcs-repo'?: unknown;
  readonly 'vcs-repo-identifier'?: string | null;
  readonly 'plan-duration-average'?: number | null;
  readonly 'apply-duration-average'?: number | null;
  readonly 'run-failures'?: number | null;
  readonly 'policy-check-failures'?: number | null;
  readonly 'workspace-kpis-runs-count'?: number | null;
  readonly 'last-assessment-result-at'?: string | null;
  readonly 'setting-overwrites'?: WorkspaceOverwrites;
  readonly environment?: string;
  readonly source?: string;
  readonly actions?: Readonly<Record<string, boolean>>;
}

/** false: the project's setting applies. */
export interface WorkspaceOverwrites {
  readonly 'execution-mode'?: boolean;
  readonly 'agent-pool'?: boolean;
}

/** Relationships: `organization`, `project`, `current-run`, `current-state-version`, `drift-found-by`, `locked-by`, … */
export type Workspace = Resource<WorkspaceAttributes>;

/** A resource that terraform manages in a workspace. */
export type ManagedResource = Resource<{
  readonly address: string;
  readonly name: string;
  readonly module: string;
  readonly provider: string;
  /** The type of the resource. */
  readonly 'provider-type': string;
  /** The resource's key under `count` or `for_each`. */
  readonly 'name-index': string | null;
  readonly 'modified-by-state-version-id': string;
  readonly 'created-at': string;
  readonly 'updated-at': string;
}>;

/** The effect of a state version on a resource. Relationships: `state-version`, `run`, `created-by`. */
export type ResourceChange = Resource<{
  readonly address: string;
  readonly 'provider-type': string;
  readonly action: 'create' | 'update' | 'delete';
  /** The serial of the state version. */
  readonly serial: number;
  readonly 'created-at': string;
}>;

export interface ResourceQuery extends ListOptions {
  /** Only resources whose address contains this text. */
  readonly search?: string | undefined;
}

export interface ResourceChangeQuery extends ResourceQuery {
  /** Only changes of the resource at this address. */
  readonly address?: string | undefined;
}

/** Attributes of `api-contract §5.3` by their wire names. Absent ones are not sent. */
export interface WorkspaceSettings {
  readonly name?: string;
  readonly description?: string | null;
  readonly 'auto-apply'?: boolean;
  readonly 'auto-apply-run-trigger'?: boolean;
  readonly 'mcp-apply-approval'?: boolean;
  /** From 1 to 100: a plan with this risk or a higher one waits for a person. */
  readonly 'auto-apply-below-risk'?: number | null;
  readonly 'approval-rules'?: readonly ApprovalRule[];
  readonly 'change-windows'?: readonly ChangeWindow[];
  readonly 'execution-mode'?: 'remote' | 'local' | 'agent';
  readonly 'agent-pool-id'?: string | null;
  readonly operations?: boolean;
  readonly 'setting-overwrites'?: WorkspaceOverwrites | null;
  readonly engine?: 'terraform' | 'opentofu' | null;
  readonly 'terraform-version'?: string | null;
  readonly 'working-directory'?: string | null;
  readonly 'queue-all-runs'?: boolean;
  readonly 'speculative-enabled'?: boolean;
  readonly 'allow-destroy-plan'?: boolean;
  readonly 'structured-run-output-enabled'?: boolean;
  readonly 'global-remote-state'?: boolean;
  readonly 'project-remote-state'?: boolean;
  readonly 'file-triggers-enabled'?: boolean | null;
  readonly 'trigger-prefixes'?: readonly string[] | null;
  readonly 'trigger-patterns'?: readonly string[] | null;
  readonly 'assessments-enabled'?: boolean | null;
  readonly 'migration-environment'?: string | null;
  readonly 'source-name'?: string | null;
  readonly 'source-url'?: string | null;
  readonly 'auto-destroy-at'?: string | null;
  /** `14d`, `24h`. */
  readonly 'auto-destroy-activity-duration'?: string | null;
  readonly 'inherits-project-auto-destroy'?: boolean | null;
  readonly [attribute: string]: unknown;
}

export interface WorkspaceCreate extends WorkspaceSettings {
  readonly name: string;
}

export interface WorkspaceListQuery extends ListOptions {
  /** Part of a name. */
  readonly search?: string | undefined;
  /** `x*`, `*x` or `*x*`. */
  readonly wildcardName?: string | undefined;
  readonly tags?: string | readonly string[] | undefined;
  readonly excludeTags?: string | readonly string[] | undefined;
  readonly projectId?: string | undefined;
  readonly currentRunStatus?: string | readonly string[] | undefined;
  /** Only on Runwright: whether a plan of the current state found changes made outside of terraform. */
  readonly drifted?: boolean | undefined;
}

/** The project for the workspace. */
export interface InProject extends CallOptions {
  readonly projectId?: string | undefined;
}

/** `api-contract §5.3`. */
export function workspaces(transport: Transport) {
  const calls = resourceCalls(transport);
  const one = (workspaceId: string) => path`workspaces/${workspaceId}`;
  const all = (organization: string) => path`organizations/${organization}/workspaces`;
  const named = (organization: string, name: string) =>
    path`organizations/${organization}/workspaces/${name}`;
  const input = (attributes: WorkspaceSettings, projectId: string | undefined) => ({
    type: 'workspaces',
    attributes,
    relationships: { project: projectId === undefined ? undefined : { type: 'projects', id: projectId } },
  });
  const filters = (query: WorkspaceListQuery) => ({
    'search[name]': query.search,
    'search[wildcard-name]': query.wildcardName,
    'search[tags]': query.tags,
    'search[exclude-tags]': query.excludeTags,
    'filter[project][id]': query.projectId,
    'filter[current-run][status]': query.currentRunStatus,
    'filter[drifted]': query.drifted,
  });
  return {
    create: (organization: string, fields: WorkspaceCreate, { projectId, signal }: InProject = {}) =>
      calls.create<Workspace>(all(organization), input(fields, projectId), { signal }),
    read: (workspaceId: string, options?: ReadOptions) => calls.read<Workspace>(one(workspaceId), options),
    /** With the resources that `include` names. */
    document: (workspaceId: string, options?: ReadOptions): Promise<Document<Workspace>> =>
      calls.document<Workspace>(one(workspaceId), options),
    readByName: (organization: string, name: string, options?: ReadOptions) =>
      calls.read<Workspace>(named(organization, name), options),
    list: (organization: string, query: WorkspaceListQuery = {}): Promise<ListDocument<Workspace>> =>
      calls.list(all(organization), query, filters(query)),
    each: (organization: string, query: Omit<WorkspaceListQuery, 'pageNumber'> = {}) =>
      calls.each<Workspace>(all(organization), query, filters(query)),
    update: (workspaceId: string, fields: WorkspaceSettings, { projectId, signal }: InProject = {}) =>
      calls.update<Workspace>(one(workspaceId), input(fields, projectId), { signal }),
    updateByName: (
      organization: string,
      name: string,
      fields: WorkspaceSettings,
      { projectId, signal }: InProject = {},
    ) => calls.update<Workspace>(named(organization, name), input(fields, projectId), { signal }),
    delete: (workspaceId: string, options?: CallOptions) => calls.remove(one(workspaceId), options),
    deleteByName: (organization: string, name: string, options?: CallOptions) =>
      calls.remove(named(organization, name), options),
    /** Only for a workspace that manages nothing. */
    safeDelete: (workspaceId: string, options?: CallOptions) =>
      calls.act('POST', `${one(workspaceId)}/actions/safe-delete`, undefined, options),
    safeDeleteByName: (organization: string, name: string, options?: CallOptions) =>
      calls.act('POST', `${named(organization, name)}/actions/safe-delete`, undefined, options),

    lock: (workspaceId: string, { reason, signal }: CallOptions & { readonly reason?: string } = {}) =>
      calls.actOn<Workspace>(
        `${one(workspaceId)}/actions/lock`,
        reason === undefined || reason === '' ? {} : { reason },
        { signal },
      ),
    unlock: (workspaceId: string, options?: CallOptions) =>
      calls.actOn<Workspace>(`${one(workspaceId)}/actions/unlock`, undefined, options),
    /** Removes the lock of another user. */
    forceUnlock: (workspaceId: string, options?: CallOptions) =>
      calls.actOn<Workspace>(`${one(workspaceId)}/actions/force-unlock`, undefined, options),

    /** null removes the key. */
    assignSshKey: (workspaceId: string, sshKeyId: string | null, options?: CallOptions) =>
      calls.update<Workspace>(
        `${one(workspaceId)}/relationships/ssh-key`,
        { type: 'workspaces', attributes: { id: sshKeyId } },
        options,
      ),
    resources: (workspaceId: string, { search, ...options }: ResourceQuery = {}) =>
      calls.list<ManagedResource>(`${one(workspaceId)}/resources`, options, { q: search }),
    /** The newest first. */
    resourceChanges: (workspaceId: string, { address, search, ...options }: ResourceChangeQuery = {}) =>
      calls.list<ResourceChange>(`${one(workspaceId)}/resource-changes`, options, {
        'filter[address]': address,
        q: search,
      }),

    tags: (workspaceId: string, options?: ListOptions) =>
      calls.list<Tag>(`${one(workspaceId)}/relationships/tags`, options),
    addTags: (workspaceId: string, names: readonly string[], options?: CallOptions) =>
      calls.act('POST', `${one(workspaceId)}/relationships/tags`, namedTags(names), options),
    removeTags: (workspaceId: string, names: readonly string[], options?: CallOptions) =>
      calls.act('DELETE', `${one(workspaceId)}/relationships/tags`, namedTags(names), options),
    ...tagBindings(transport, calls, one),
    ...consumers(calls, one),
  };
}

const namedTags = (names: readonly string[]) => ({
  data: names.map((name) => ({ type: 'tags', attributes: { name } })),
});

/** The workspaces that may read this one's state. */
function consumers(calls: ReturnType<typeof resourceCalls>, one: (workspaceId: string) => string) {
  const target = (workspaceId: string) => `${one(workspaceId)}/relationships/remote-state-consumers`;
  const change =
    (method: 'POST' | 'PATCH' | 'DELETE') =>
    (workspaceId: string, consumerIds: readonly string[], options?: CallOptions) =>
      calls.act(method, target(workspaceId), { data: identifiers('workspaces', consumerIds) }, options);
  return {
    remoteStateConsumers: (workspaceId: string, options?: ListOptions) =>
      calls.list<Workspace>(target(workspaceId), options),
    addRemoteStateConsumers: change('POST'),
    replaceRemoteStateConsumers: change('PATCH'),
    removeRemoteStateConsumers: change('DELETE'),
  };
}
