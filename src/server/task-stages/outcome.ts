import type { Row } from '../database/schema.ts';
import type { TaskStageStatus } from '../database/tables/run-tasks.ts';

type Result = Pick<Row<'task_result'>, 'task_name' | 'level' | 'overridable' | 'status' | 'message'>;

type Policies = Pick<Row<'task_stage'>, 'policy_status' | 'policy_message'>;

export interface StageOutcome {
  status: Extract<TaskStageStatus, 'passed' | 'failed' | 'errored' | 'awaiting_override'>;
  /** The consequence for the run. */
  outcome: 'passed' | 'failed' | 'held';
  /** The reason, if it did not pass. */
  description?: string;
}

/**
 * The outcome of a stage whose results and policies are all over: an advisory one never stops the run. A mandatory
 * failure ends the run, and so does a service without an answer (api-contract §3.3 rows 6, 14, 31); if all failures may
 * be overridden, a person decides (rows 15, 16).
 *
 * @param mayHold whether the run can wait there for a decision
 */
export function judgeStage(results: readonly Result[], policies: Policies, mayHold: boolean): StageOutcome {
  const bad = results.filter(({ level, status }) => level === 'mandatory' && status !== 'passed');
  const policyStatus = policies.policy_status ?? 'passed';
  if (bad.length === 0 && policyStatus === 'passed') return { status: 'passed', outcome: 'passed' };
  const failed = bad.filter(({ status }) => status === 'failed').map(({ task_name: name }) => name);
  const silent = bad.filter(({ status }) => status !== 'failed').map(({ task_name: name }) => name);
  const description = [
    ...(failed.length === 0 ? [] : [`A mandatory run task failed: ${failed.join(', ')}.`]),
    ...(silent.length === 0 ? [] : [`A mandatory run task gave no result: ${silent.join(', ')}.`]),
    ...(policies.policy_message === null ? [] : [policies.policy_message]),
  ].join(' ');
  if (mayHold && policyStatus !== 'hard_failed' && bad.every(({ overridable }) => overridable))
    return { status: 'awaiting_override', outcome: 'held', description };
  const hasFailed = failed.length > 0 || ['soft_failed', 'hard_failed'].includes(policyStatus);
  return { status: hasFailed ? 'failed' : 'errored', outcome: 'failed', description };
}
