import { readDocument, readList, type ListDocument, type Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { pageQuery, type PageRequest } from '../query.ts';
import type { CallOptions, Transport } from '../transport.ts';

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
  readonly 'resource-count': number;
  readonly 'created-at': string;
  readonly 'updated-at': string;
  readonly permissions: Readonly<Record<string, boolean>>;
}
/** Relationships: `organization`, `project`, `current-run`, `current-state-version`, `locked-by`, … */
export type Workspace = Resource<WorkspaceAttributes>;

/** Attributes of `api-contract §5.3` by their wire names. Only what is given is sent. */
export interface WorkspaceSettings {
  readonly name?: string;
  readonly description?: string | null;
  readonly 'auto-apply'?: boolean;
  readonly 'execution-mode'?: 'remote' | 'local' | 'agent';
  readonly 'terraform-version'?: string;
  readonly 'working-directory'?: string | null;
  readonly 'allow-destroy-plan'?: boolean;
  readonly 'structured-run-output-enabled'?: boolean;
  readonly [attribute: string]: unknown;
}

export interface WorkspaceCreate extends WorkspaceSettings {
  readonly name: string;
}

export interface WorkspaceListQuery extends PageRequest, CallOptions {
  /** Part of a name. */
  readonly search?: string;
  readonly sort?: string;
  readonly projectId?: string;
}

/** `api-contract §5.3`. */
export function workspaces(transport: Transport) {
  return {
    async create(
      organization: string,
      fields: WorkspaceCreate,
      options: CallOptions & { readonly projectId?: string } = {},
    ): Promise<Workspace> {
      const { projectId, signal } = options;
      const relationships = { project: { data: { type: 'projects', id: projectId } } };
      const answer = await transport.call({
        method: 'POST',
        path: path`organizations/${organization}/workspaces`,
        body: {
          data: {
            type: 'workspaces',
            attributes: fields,
            ...(projectId === undefined ? {} : { relationships }),
          },
        },
        signal,
      });
      return readDocument<Workspace>(answer).data;
    },

    async read(workspaceId: string, options: CallOptions = {}): Promise<Workspace> {
      const answer = await transport.call({
        method: 'GET',
        path: path`workspaces/${workspaceId}`,
        ...options,
      });
      return readDocument<Workspace>(answer).data;
    },

    async readByName(organization: string, name: string, options: CallOptions = {}): Promise<Workspace> {
      const target = path`organizations/${organization}/workspaces/${name}`;
      return readDocument<Workspace>(await transport.call({ method: 'GET', path: target, ...options })).data;
    },

    async list(organization: string, query: WorkspaceListQuery = {}): Promise<ListDocument<Workspace>> {
      const answer = await transport.call({
        method: 'GET',
        path: path`organizations/${organization}/workspaces`,
        query: {
          ...pageQuery(query),
          'search[name]': query.search,
          'filter[project][id]': query.projectId,
          sort: query.sort,
        },
        signal: query.signal,
      });
      return readList(answer);
    },

    async update(
      workspaceId: string,
      fields: WorkspaceSettings,
      options: CallOptions = {},
    ): Promise<Workspace> {
      const answer = await transport.call({
        method: 'PATCH',
        path: path`workspaces/${workspaceId}`,
        body: { data: { type: 'workspaces', attributes: fields } },
        ...options,
      });
      return readDocument<Workspace>(answer).data;
    },

    async delete(workspaceId: string, options: CallOptions = {}): Promise<void> {
      await transport.call({ method: 'DELETE', path: path`workspaces/${workspaceId}`, ...options });
    },
  };
}
