/** Services that are asked before and after a plan and an apply, and their answers. */
import type { Generated } from 'kysely';
import type { Json, JsonWithDefault, Timestamp } from './columns.ts';

export type TaskStageName = 'pre_plan' | 'post_plan' | 'pre_apply' | 'post_apply';
export type TaskLevel = 'advisory' | 'mandatory';
export type TaskStageStatus =
  'pending' | 'running' | 'passed' | 'failed' | 'awaiting_override' | 'errored' | 'canceled' | 'unreachable';
export type StagePolicyStatus = 'pending' | 'passed' | 'soft_failed' | 'hard_failed' | 'errored';
export type TaskResultStatus = Exclude<TaskStageStatus, 'awaiting_override'>;
/** The tags of an outcome, under the name of each tag. */
export type OutcomeTags = Record<string, { label: string; level: 'none' | 'info' | 'warning' | 'error' }[]>;

export interface RunTaskTable {
  id: string;
  organization_id: string;
  name: string;
  url: string;
  sealed_hmac_key: string | null;
  description: Generated<string>;
  enabled: Generated<boolean>;
  /** True: a failure waits for a person who may override it; otherwise it ends the run. */
  overridable: Generated<boolean>;
  /** True: the task is asked for the runs of every workspace. */
  is_global: Generated<boolean>;
  global_stages: JsonWithDefault<TaskStageName[]>;
  global_level: Generated<TaskLevel>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface WorkspaceTaskTable {
  id: string;
  workspace_id: string;
  run_task_id: string;
  level: TaskLevel;
  stages: Json<TaskStageName[]>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface TaskStageTable {
  id: string;
  run_id: string;
  stage: TaskStageName;
  status: TaskStageStatus;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  /** The outcome of the policies that are evaluated with the stage; null: it has none. */
  policy_status: StagePolicyStatus | null;
  /** The reason why they did not pass. */
  policy_message: string | null;
  overridden_by: string | null;
  override_comment: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface TaskResultTable {
  id: string;
  task_stage_id: string;
  /** null: the task was deleted since. */
  run_task_id: string | null;
  /** null: the task is asked for every workspace, or was removed from this one since. */
  workspace_task_id: string | null;
  task_name: string;
  task_url: string;
  level: TaskLevel;
  overridable: boolean;
  status: TaskResultStatus;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  message: Generated<string>;
  url: string | null;
  /** Set while the service is asked; the same for all attempts. */
  sealed_access_token: string | null;
  attempts: Generated<number>;
  next_attempt_at: Date | null;
  /** The time at which its stage began. */
  asked_at: Date | null;
  delivered_at: Date | null;
  /** The time of the first callback. */
  answered_at: Date | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface TaskResultOutcomeTable {
  id: string;
  task_result_id: string;
  position: number;
  outcome_id: string;
  description: string;
  body: string;
  url: string | null;
  tags: JsonWithDefault<OutcomeTags>;
  created_at: Timestamp;
}
