import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions, type ReadOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface VariableFields {
  readonly key?: string;
  readonly value?: string;
  readonly description?: string | null;
  readonly category?: 'terraform' | 'env';
  readonly hcl?: boolean;
  readonly sensitive?: boolean;
}
export type VariableCreate = VariableFields & Required<Pick<VariableFields, 'key' | 'category'>>;

export interface VariableAttributes extends Omit<VariableFields, 'value'> {
  readonly key: string;
  readonly category: 'terraform' | 'env';
  /** null when sensitive. */
  readonly value: string | null;
}
export type Variable = Resource<VariableAttributes>;

/** Variables of a workspace (`api-contract §5.4`). */
export function variables(transport: Transport) {
  const calls = resourceCalls(transport);
  const all = (workspaceId: string) => path`workspaces/${workspaceId}/vars`;
  const one = (workspaceId: string, variableId: string) => path`workspaces/${workspaceId}/vars/${variableId}`;
  return {
    list: (workspaceId: string, options?: ListOptions) => calls.list<Variable>(all(workspaceId), options),
    /**
     * The variables that count, also those of sets. `include: ['overwritten', 'varset']` brings those that they hide,
     * by precedence, and the sets.
     */
    listAll: (workspaceId: string, options?: ReadOptions) =>
      calls.list<Variable>(path`workspaces/${workspaceId}/all-vars`, options),
    create: (workspaceId: string, fields: VariableCreate, options?: CallOptions) =>
      calls.create<Variable>(all(workspaceId), { type: 'vars', attributes: fields }, options),
    read: (workspaceId: string, variableId: string, options?: CallOptions) =>
      calls.read<Variable>(one(workspaceId, variableId), options),
    update: (workspaceId: string, variableId: string, fields: VariableFields, options?: CallOptions) =>
      calls.update<Variable>(
        one(workspaceId, variableId),
        { type: 'vars', id: variableId, attributes: fields },
        options,
      ),
    delete: (workspaceId: string, variableId: string, options?: CallOptions) =>
      calls.remove(one(workspaceId, variableId), options),
  };
}

export interface VariableSetFields {
  readonly name?: string;
  readonly description?: string;
  /** Applies to every workspace of the organization. */
  readonly global?: boolean;
  /** The set's values win over all others. */
  readonly priority?: boolean;
}
export type VariableSet = Resource<
  VariableSetFields & {
    readonly name: string;
    readonly 'var-count'?: number;
    readonly 'workspace-count'?: number;
  }
>;

/** `api-contract §5.5`. */
export function variableSets(transport: Transport) {
  const calls = resourceCalls(transport);
  const ofOrganization = (organization: string) => path`organizations/${organization}/varsets`;
  const set = (id: string) => path`varsets/${id}`;
  const vars = (id: string) => path`varsets/${id}/relationships/vars`;
  const one = (id: string, variableId: string) => path`varsets/${id}/relationships/vars/${variableId}`;
  const relate =
    (method: 'POST' | 'DELETE', type: 'workspaces' | 'projects') =>
    (id: string, ids: readonly string[], options?: CallOptions) =>
      calls.act(
        method,
        `${set(id)}/relationships/${type}`,
        { data: ids.map((each) => ({ type, id: each })) },
        options,
      );
  return {
    list: (organization: string, options: ListOptions & { readonly q?: string } = {}) =>
      calls.list<VariableSet>(ofOrganization(organization), options, { q: options.q }),
    each: (organization: string, options?: CallOptions) =>
      calls.each<VariableSet>(ofOrganization(organization), options),
    ofWorkspace: (workspaceId: string, options?: ListOptions) =>
      calls.list<VariableSet>(path`workspaces/${workspaceId}/varsets`, options),
    ofProject: (projectId: string, options?: ListOptions) =>
      calls.list<VariableSet>(path`projects/${projectId}/varsets`, options),
    create: (
      organization: string,
      fields: VariableSetFields & { readonly name: string },
      options?: CallOptions,
    ) =>
      calls.create<VariableSet>(
        ofOrganization(organization),
        { type: 'varsets', attributes: fields },
        options,
      ),
    read: (id: string, options?: CallOptions) => calls.read<VariableSet>(set(id), options),
    update: (id: string, fields: VariableSetFields, options?: CallOptions) =>
      calls.update<VariableSet>(set(id), { type: 'varsets', id, attributes: fields }, options),
    delete: (id: string, options?: CallOptions) => calls.remove(set(id), options),
    assignToWorkspaces: relate('POST', 'workspaces'),
    unassignFromWorkspaces: relate('DELETE', 'workspaces'),
    assignToProjects: relate('POST', 'projects'),
    unassignFromProjects: relate('DELETE', 'projects'),
    listVariables: (id: string, options?: ListOptions) => calls.list<Variable>(vars(id), options),
    createVariable: (id: string, fields: VariableCreate, options?: CallOptions) =>
      calls.create<Variable>(vars(id), { type: 'vars', attributes: fields }, options),
    readVariable: (id: string, variableId: string, options?: CallOptions) =>
      calls.read<Variable>(one(id, variableId), options),
    updateVariable: (id: string, variableId: string, fields: VariableFields, options?: CallOptions) =>
      calls.update<Variable>(
        one(id, variableId),
        { type: 'vars', id: variableId, attributes: fields },
        options,
      ),
    deleteVariable: (id: string, variableId: string, options?: CallOptions) =>
      calls.remove(one(id, variableId), options),
  };
}
