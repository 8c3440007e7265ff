import type { Resource } from '../json-api.ts';
import { path } from '../path.ts';
import { resourceCalls, type ListOptions, type ReadOptions } from '../resource-calls.ts';
import type { CallOptions, Transport } from '../transport.ts';

export interface PolicyCheckAttributes {
  /** `passed`, `soft_failed`, `hard_failed`, … */
  readonly status: string;
  readonly scope?: string;
  readonly result?: Readonly<Record<string, unknown>> | null;
  readonly actions?: Readonly<Record<string, boolean>>;
  readonly permissions?: Readonly<Record<string, boolean>>;
  readonly 'override-comment'?: string | null;
}
export type PolicyCheck = Resource<PolicyCheckAttributes>;

/** `api-contract §4.6`. */
export function policyChecks(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    ofRun: (runId: string, options?: ListOptions) =>
      calls.list<PolicyCheck>(path`runs/${runId}/policy-checks`, options),
    read: (policyCheckId: string, options?: ReadOptions) =>
      calls.read<PolicyCheck>(path`policy-checks/${policyCheckId}`, options),
    override: (
      policyCheckId: string,
      { comment, signal }: CallOptions & { readonly comment?: string } = {},
    ) =>
      calls.actOn<PolicyCheck>(
        path`policy-checks/${policyCheckId}/actions/override`,
        comment === undefined || comment === '' ? undefined : { comment },
        { signal },
      ),
  };
}

/** The results of one policy set; the members of its outcomes have underscores in their names. */
export type PolicySetOutcome = Resource<{
  readonly outcomes: readonly {
    readonly policy_name: string;
    readonly description?: string;
    readonly enforcement_level: string;
    readonly status: string;
    readonly output?: readonly { readonly print: string }[] | null;
  }[];
  readonly error?: string;
  readonly 'policy-set-name': string;
  readonly 'policy-set-description'?: string;
}>;

/** The result of all policies in one language. */
export interface PolicyEvaluation {
  readonly id: string;
  readonly type: 'policy-evaluations';
  readonly attributes: {
    /** `passed`, `failed`, `overridden`, `errored`, … */
    readonly status: string;
    readonly 'policy-kind': string;
    readonly 'result-count': Readonly<
      Record<'advisory-failed' | 'mandatory-failed' | 'passed' | 'errored', number>
    >;
  };
  readonly relationships: {
    readonly 'policy-attachable': { readonly data: { readonly id: string; readonly type: string } | null };
  };
}

/** `api-contract §4.7`. */
export function policyEvaluations(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    outcomes: (evaluationId: string, options?: ListOptions) =>
      calls.list<PolicySetOutcome>(path`policy-evaluations/${evaluationId}/policy-set-outcomes`, options),
  };
}

export interface TaskStageAttributes {
  /** `pre_plan`, `post_plan`, `pre_apply`, `post_apply`. */
  readonly stage: string;
  readonly status: string;
  readonly actions?: Readonly<Record<string, boolean>>;
  readonly permissions?: Readonly<Record<string, boolean>>;
}
/** Relationships: `run`, `task-results`, `policy-evaluations`. */
export type TaskStage = Resource<TaskStageAttributes>;

/** `api-contract §4.7`. */
export function taskStages(transport: Transport) {
  const calls = resourceCalls(transport);
  return {
    ofRun: (runId: string, options?: ListOptions) =>
      calls.list<TaskStage>(path`runs/${runId}/task-stages`, options),
    read: (taskStageId: string, options?: ReadOptions) =>
      calls.document<TaskStage>(path`task-stages/${taskStageId}`, options),
    override: (taskStageId: string, { comment, signal }: CallOptions & { readonly comment?: string } = {}) =>
      calls.actOn<TaskStage>(
        path`task-stages/${taskStageId}/actions/override`,
        comment === undefined || comment === '' ? undefined : { comment },
        { signal },
      ),
  };
}
