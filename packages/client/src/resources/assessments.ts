import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface AssessmentAttributes {
  readonly drifted: boolean | null;
  readonly succeeded: boolean | null;
  readonly 'error-message'?: string | null;
  readonly 'created-at'?: string;
  readonly 'resources-drifted'?: number | null;
  readonly 'resources-undrifted'?: number | null;
}
export type Assessment = Resource<AssessmentAttributes>;

/** Health assessments: the results of checks for drift (`api-contract §5.13`). */
export function assessments(transport: Transport) {
  const calls = resourceCalls(transport);
  const open = (
    resultId: string,
    output: 'json-output' | 'json-schema' | 'log-output',
    options?: CallOptions,
  ) => transport.open({ method: 'GET', path: path`assessment-results/${resultId}/${output}`, ...options });
  return {
    read: (resultId: string, options?: CallOptions) =>
      calls.read<Assessment>(path`assessment-results/${resultId}`, options),
    /** The latest assessment of a workspace. */
    current: (workspaceId: string, options?: CallOptions) =>
      calls.read<Assessment>(path`workspaces/${workspaceId}/current-assessment-result`, options),
    /** Starts an assessment. */
    start: (workspaceId: string, options?: CallOptions) =>
      calls.act('POST', path`workspaces/${workspaceId}/actions/assess`, undefined, options),
    openJsonOutput: (resultId: string, options?: CallOptions) => open(resultId, 'json-output', options),
    openJsonSchema: (resultId: string, options?: CallOptions) => open(resultId, 'json-schema', options),
    openLog: (resultId: string, options?: CallOptions) => open(resultId, 'log-output', options),
  };
}
