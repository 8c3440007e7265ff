import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface RunTriggerAttributes {
  readonly 'workspace-name': string;
  readonly 'sourceable-name': string;
  readonly 'created-at'?: string;
}
/** Relationships: `workspace` gets a run after each apply of `sourceable`. */
export type RunTrigger = Resource<RunTriggerAttributes>;

/** `api-contract §5.11`. */
export function runTriggers(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    /** `inbound`: triggers that start runs of this workspace; `outbound`: triggers by which it starts others' runs. */
    list: (workspaceId: string, direction: 'inbound' | 'outbound', options?: ListOptions) =>
      calls.list<RunTrigger>(path`workspaces/${workspaceId}/run-triggers`, options, {
        'filter[run-trigger][type]': direction,
      }),
    create: (workspaceId: string, sourceWorkspaceId: string, options?: CallOptions) =>
      calls.create<RunTrigger>(
        path`workspaces/${workspaceId}/run-triggers`,
        {
          type: 'run-triggers',
          relationships: { sourceable: { type: 'workspaces', id: sourceWorkspaceId } },
        },
        options,
      ),
    read: (id: string, options?: CallOptions) => calls.read<RunTrigger>(path`run-triggers/${id}`, options),
    delete: (id: string, options?: CallOptions) => calls.remove(path`run-triggers/${id}`, options),
  };
}
