import type { ListDocument, Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { identifiers, resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';
import { tagBindings, type TagBindingFields } from './tag-bindings.ts';

export interface ProjectAttributes {
  readonly name: string;
  readonly description: string | null;
  readonly 'created-at': string;
}
export type Project = Resource<ProjectAttributes>;

/** false: the organization's setting applies. */
export interface ProjectOverwrites {
  readonly 'default-execution-mode'?: boolean;
  readonly 'default-agent-pool'?: boolean;
}

export interface ProjectFields {
  readonly name?: string;
  readonly description?: string | null;
  /** `14d`, `24h`. */
  readonly 'auto-destroy-activity-duration'?: string | null;
  /** null: the organization's setting applies. */
  readonly 'default-execution-mode'?: 'remote' | 'local' | 'agent' | null;
  readonly 'default-agent-pool-id'?: string | null;
  readonly 'setting-overwrites'?: ProjectOverwrites | null;
  /** Sent as tag bindings. */
  readonly tagBindings?: readonly TagBindingFields[] | undefined;
  readonly [attribute: string]: unknown;
}

export interface ProjectListOptions extends ListOptions {
  readonly q?: string | undefined;
  readonly names?: string | readonly string[] | undefined;
  /** Only projects in which the caller may do this. */
  readonly canUpdate?: boolean | undefined;
  readonly canCreateWorkspace?: boolean | undefined;
}

/** `api-contract §5.2`. */
export function projects(transport: Transport) {
  const calls = resourceCalls(transport);
  const one = (projectId: string) => path`projects/${projectId}`;
  const input = ({ tagBindings: bindings, ...attributes }: ProjectFields) => ({
    type: 'projects',
    attributes,
    relationships: {
      'tag-bindings': bindings?.map((binding) => ({ type: 'tag-bindings', attributes: binding })),
    },
  });
  return {
    list: (organization: string, options: ProjectListOptions = {}): Promise<ListDocument<Project>> =>
      calls.list(path`organizations/${organization}/projects`, options, {
        q: options.q,
        'filter[names]': options.names,
        'filter[permissions][update]': options.canUpdate,
        'filter[permissions][create-workspace]': options.canCreateWorkspace,
      }),
    each: (organization: string, options?: CallOptions) =>
      calls.each<Project>(path`organizations/${organization}/projects`, options),
    create: (
      organization: string,
      fields: ProjectFields & { readonly name: string },
      options?: CallOptions,
    ) => calls.create<Project>(path`organizations/${organization}/projects`, input(fields), options),
    read: (projectId: string, options?: CallOptions) => calls.read<Project>(one(projectId), options),
    update: (projectId: string, fields: ProjectFields, options?: CallOptions) =>
      calls.update<Project>(one(projectId), { id: projectId, ...input(fields) }, options),
    /** Refused while the project has workspaces. */
    delete: (projectId: string, options?: CallOptions) => calls.remove(one(projectId), options),
    moveWorkspaces: (projectId: string, workspaceIds: readonly string[], options?: CallOptions) =>
      calls.act(
        'POST',
        `${one(projectId)}/relationships/workspaces`,
        { data: identifiers('workspaces', workspaceIds) },
        options,
      ),
    ...tagBindings(transport, calls, one),
  };
}
