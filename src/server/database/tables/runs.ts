/** Runs, their plans and applies, and the agents that carry them out. */
import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { PlatformRunStatus, RunPhase } from '@runwright/models';
import type { EngineProduct, ModuleUse, ProviderUse } from '../../../protocol/agent.ts';
import type { RiskFinding } from '../../../protocol/plan-risk.ts';
import type { Json, JsonWithDefault, Timestamp } from './columns.ts';
import type { StateSnapshot } from './states.ts';

export interface RunTable {
  id: string;
  sequence: GeneratedAlways<number>;
  organization_id: string;
  workspace_id: string;
  configuration_version_id: string;
  status: Generated<PlatformRunStatus>;
  status_version: Generated<number>;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  message: string;
  source: string;
  trigger_reason: Generated<string>;
  /** The phases beside terraform's own two: settled at the run's creation. */
  phases: JsonWithDefault<RunPhase[]>;
  plan_only: boolean;
  save_plan: boolean;
  is_destroy: boolean;
  auto_apply: boolean;
  /** True: the run never applies automatically, whatever its other columns say. */
  needs_confirmation: Generated<boolean>;
  refresh: boolean;
  refresh_only: boolean;
  allow_empty_apply: boolean;
  allow_config_generation: boolean;
  debugging_mode: boolean;
  target_addrs: ColumnType<string[] | null, string | null, string | null>;
  replace_addrs: ColumnType<string[] | null, string | null, string | null>;
  invoke_action_addrs: ColumnType<string[] | null, string | null | undefined, string | null>;
  variables: JsonWithDefault<{ key: string; value: string }[]>;
  triggering_run_id: string | null;
  triggering_source_id: string | null;
  triggering_source_name: string | null;
  terraform_version: string;
  engine: EngineProduct | null;
  has_changes: Generated<boolean>;
  /** The plan wrote configuration for its imports: to be adopted, not applied. */
  generated_configuration: Generated<boolean>;
  error_message: string | null;
  created_by: string | null;
  confirmed_by: string | null;
  confirmed_at: Date | null;
  canceled_by: string | null;
  cancel_requested_at: Date | null;
  force_cancel_available_at: Date | null;
  created_at: Timestamp;
  updated_at: Timestamp;
  holds_workspace: GeneratedAlways<boolean>;
}

export interface RunApprovalTable {
  id: string;
  run_id: string;
  plan_digest: string;
  requested_by: string | null;
  /** The id of the token of the request: that token cannot decide it. */
  requested_with: string;
  comment: string | null;
  expires_at: Date;
  decision: 'confirmed' | 'rejected' | null;
  decided_by: string | null;
  decided_at: Date | null;
  created_at: Timestamp;
}

export interface PlanApprovalTable {
  id: string;
  run_id: string;
  user_id: string;
  /** A digest of everything that was approved. */
  binding: string;
  created_at: Timestamp;
}

export type PhaseStatus =
  'pending' | 'queued' | 'running' | 'finished' | 'errored' | 'canceled' | 'unreachable';

export interface RunPhaseTable {
  id: string;
  run_id: string;
  kind: 'plan' | 'apply';
  status: Generated<PhaseStatus>;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  structured_log: boolean;
  /** The text of the platform itself after the runner's. */
  log_end: string | null;
  lease_hash: string | null;
  runner_name: string | null;
  agent_pool_id: string | null;
  agent_id: string | null;
  /** The time at which the terraform CLI had read the log of a failed phase. */
  error_shown_at: Date | null;
  heartbeat_at: Date | null;
  additions: number | null;
  changes: number | null;
  destructions: number | null;
  imports: number | null;
  generated_configuration: Generated<boolean>;
  input_state_version_id: string | null;
  snapshot: ColumnType<StateSnapshot | null, string | null, string | null>;
  errored_state_sha256: string | null;
  /** The platform of the machine that executed it: `linux_amd64`. Only the same platform applies a plan. */
  platform: string | null;
  providers: ColumnType<ProviderUse[] | null, string | null, string | null>;
  modules: ColumnType<ModuleUse[] | null, string | null, string | null>;
  /** 0 to 100; null until a plan has ended whose runner looks for risks. */
  risk_score: number | null;
  risk: ColumnType<WeighedFinding[] | null, string | null, string | null>;
}

/** A rule that a plan matched, and the points that it adds to the plan's risk. */
export interface WeighedFinding extends RiskFinding {
  points: number;
}

export interface PhaseArtifactTable {
  phase_id: string;
  name: string;
  sha256: string;
  size_bytes: number;
}

export interface CommentTable {
  id: string;
  run_id: string;
  created_by: string | null;
  body: string;
  created_at: Timestamp;
}

export interface RunEventTable {
  id: string;
  sequence: GeneratedAlways<number>;
  /** The id of the transaction, as text: with the sequence it gives an order in which no event is missed. */
  written_in: Generated<string>;
  run_id: string;
  action: string;
  description: Generated<string>;
  actor_id: string | null;
  /** The program of the agent that acted for the actor. */
  agent: string | null;
  comment_id: string | null;
  created_at: Timestamp;
}

/** A variable that a run was created with; sensitive values are sealed in another column. */
export interface RunVariableEntry {
  key: string;
  category: 'terraform' | 'env';
  form: 'hcl' | 'string' | 'auto';
  sensitive: boolean;
  value?: string;
}

export interface RunVariablesTable {
  run_id: string;
  entries: Json<RunVariableEntry[]>;
  sealed_values: string | null;
}

export interface RunRequestTable {
  user_id: string;
  key: string;
  request_hash: string;
  run_id: string;
  created_at: Timestamp;
}

export interface AgentPoolTable {
  id: string;
  organization_id: string;
  name: string;
  organization_scoped: Generated<boolean>;
  created_at: Timestamp;
}

/** A runner in no pool: the built-in one, or one with the server's own token. */
export interface ServerRunnerTable {
  identity: string;
  name: string;
  last_seen_at: Date;
}

export interface AgentTable {
  id: string;
  agent_pool_id: string;
  name: string;
  ip_address: string;
  last_ping_at: Timestamp;
  created_at: Timestamp;
  /** The name that the agent's process gives itself. */
  identity: string;
  /** The time at which it reported that it takes no more steps. */
  exited_at: Date | null;
  /** Since then it is given no new steps. */
  drained_at: Date | null;
}
