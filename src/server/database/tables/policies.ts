/** Policies, the sets that bring them to workspaces, and their outcomes in runs. */
import type { ColumnType, Generated } from 'kysely';
import type { EnforcementLevel, Policy, PolicyOutcome } from '../../../checks/policy.ts';
import type { Json, JsonWithDefault, Timestamp } from './columns.ts';

export type PolicyKind = 'cel' | 'opa';

/** A policy that is kept by itself, not in the archive of a set. */
export interface PolicyTable {
  id: string;
  organization_id: string;
  name: string;
  description: Generated<string>;
  level: EnforcementLevel;
  /** null: nothing was uploaded yet. */
  source_text: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface PolicySetTable {
  id: string;
  organization_id: string;
  name: string;
  description: Generated<string>;
  kind: PolicyKind;
  is_global: Generated<boolean>;
  /** True: the set is evaluated with the run tasks after a plan, not in a phase of its own. */
  agent_enabled: Generated<boolean>;
  /** Whether a mandatory failure of the set may be overridden. */
  overridable: Generated<boolean>;
  current_version_id: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface PolicySetVersionTable {
  id: string;
  policy_set_id: string;
  status: Generated<'pending' | 'ready' | 'errored'>;
  error: string | null;
  sha256: string | null;
  policies: JsonWithDefault<Policy[]>;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  created_by: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface PolicySetPolicyTable {
  policy_set_id: string;
  policy_id: string;
}

export interface PolicySetWorkspaceTable {
  policy_set_id: string;
  workspace_id: string;
  excluded: boolean;
}

export interface PolicySetProjectTable {
  policy_set_id: string;
  project_id: string;
  excluded: boolean;
}

export interface PolicySetParameterTable {
  id: string;
  policy_set_id: string;
  key: string;
  sensitive: Generated<boolean>;
  value: string | null;
  sealed_value: string | null;
  created_at: Timestamp;
}

export type PolicyCheckStatus =
  | 'pending'
  | 'queued'
  | 'passed'
  | 'soft_failed'
  | 'hard_failed'
  | 'overridden'
  | 'errored'
  | 'canceled'
  | 'unreachable';

/** How many policies of a run had each outcome. */
export interface PolicyCounts {
  passed: number;
  advisoryFailed: number;
  softFailed: number;
  hardFailed: number;
  errored: number;
  durationMs: number;
}

export interface PolicyCheckTable {
  id: string;
  run_id: string;
  status: PolicyCheckStatus;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  result: ColumnType<PolicyCounts | null, string | null | undefined, string | null>;
  output: Generated<string>;
  overridden_by: string | null;
  override_comment: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** Only an evaluation that is part of a stage can be `pending` or `canceled`. */
export type PolicyEvaluationStatus = 'pending' | 'passed' | 'failed' | 'errored' | 'canceled';

export interface PolicyEvaluationTable {
  id: string;
  /** Exactly one of these two is set: the evaluation is part of it. */
  policy_check_id: string | null;
  task_stage_id: string | null;
  kind: PolicyKind;
  status: PolicyEvaluationStatus;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface PolicySetOutcomeTable {
  id: string;
  policy_evaluation_id: string;
  policy_set_id: string | null;
  policy_set_name: string;
  policy_set_description: string;
  error: Generated<string>;
  outcomes: Json<PolicyOutcome[]>;
}
