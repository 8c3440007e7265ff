import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { identifiers, resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface AgentPoolAttributes {
  readonly name: string;
  readonly 'organization-scoped'?: boolean;
  readonly 'agent-count'?: number;
  readonly 'created-at'?: string;
}
export type AgentPool = Resource<AgentPoolAttributes>;

export interface AgentAttributes {
  readonly name: string | null;
  /** `idle`, `busy`, `unknown`, `errored`, `exited`. */
  readonly status: string;
  readonly 'ip-address'?: string | null;
  readonly 'last-ping-at'?: string | null;
  /** Only on Runwright. Since when it takes no new steps; null: it takes them. */
  readonly 'drained-at'?: string | null;
}
export type Agent = Resource<AgentAttributes>;

export interface AgentPoolFields {
  readonly name?: string;
  readonly 'organization-scoped'?: boolean;
  /** Ids of the workspaces that may use the pool when it is not for the whole organization. */
  readonly allowedWorkspaces?: readonly string[];
  /** Ids of the projects whose workspaces may use the pool then. */
  readonly allowedProjects?: readonly string[];
  /** Ids of the workspaces that may never use it. */
  readonly excludedWorkspaces?: readonly string[];
}

/** `api-contract §5.12`. */
export function agentPools(transport: Transport) {
  const calls = resourceCalls(transport);
  const related = (type: string, ids: readonly string[] | undefined) =>
    ids === undefined ? undefined : identifiers(type, ids);
  const input = ({
    allowedWorkspaces,
    allowedProjects,
    excludedWorkspaces,
    ...attributes
  }: AgentPoolFields) => ({
    type: 'agent-pools',
    attributes,
    relationships: {
      'allowed-workspaces': related('workspaces', allowedWorkspaces),
      'allowed-projects': related('projects', allowedProjects),
      'excluded-workspaces': related('workspaces', excludedWorkspaces),
    },
  });
  const ofOrganization = (organization: string) => path`organizations/${organization}/agent-pools`;
  return {
    list: (organization: string, options: ListOptions & { readonly q?: string } = {}) =>
      calls.list<AgentPool>(ofOrganization(organization), options, { q: options.q }),
    each: (organization: string, options?: CallOptions) =>
      calls.each<AgentPool>(ofOrganization(organization), options),
    create: (
      organization: string,
      fields: AgentPoolFields & { readonly name: string },
      options?: CallOptions,
    ) => calls.create<AgentPool>(ofOrganization(organization), input(fields), options),
    read: (poolId: string, options?: CallOptions) =>
      calls.read<AgentPool>(path`agent-pools/${poolId}`, options),
    update: (poolId: string, fields: AgentPoolFields, options?: CallOptions) =>
      calls.update<AgentPool>(path`agent-pools/${poolId}`, { id: poolId, ...input(fields) }, options),
    delete: (poolId: string, options?: CallOptions) => calls.remove(path`agent-pools/${poolId}`, options),
    agents: (poolId: string, options?: ListOptions) =>
      calls.list<Agent>(path`agent-pools/${poolId}/agents`, options),
    readAgent: (agentId: string, options?: CallOptions) =>
      calls.read<Agent>(path`agents/${agentId}`, options),
    /** Only for agents that are gone: others answer `precondition_failed`. */
    deleteAgent: (agentId: string, options?: CallOptions) => calls.remove(path`agents/${agentId}`, options),
    /** Only on Runwright: from the answer on, the agent is given no new step. What it works on goes on to its end. */
    drainAgent: (agentId: string, options?: CallOptions) =>
      calls.actOn<Agent>(path`agents/${agentId}/actions/drain`, undefined, options),
    resumeAgent: (agentId: string, options?: CallOptions) =>
      calls.actOn<Agent>(path`agents/${agentId}/actions/resume`, undefined, options),
  };
}
