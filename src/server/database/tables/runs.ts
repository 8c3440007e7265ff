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
  /** Those that it has beside terraform's own two: settled at its creation. */
  phases: JsonWithDefault<RunPhase[]>;
  plan_only: boolean;
  save_plan: boolean;
  is_destroy: boolean;
  auto_apply: boolean;
  /** It never goes on to its apply by itself, whatever else it says. */
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
  /** The plan wrote configuration for what it imports: to be taken over, not applied. */
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
  /** The id of the token that asked: it cannot agree too. */
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
  /** Of everything that was approved. */
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
  /** What the platform itself says after what the runner wrote. */
  log_end: string | null;
  lease_hash: string | null;
  runner_name: string | null;
  agent_pool_id: string | null;
  agent_id: string | null;
  /** When the terraform CLI has read the log of a phase that failed. */
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
  /** Of the machine that executed it: `linux_amd64`. Only such a one applies a plan. */
  platform: string | null;
  providers: ColumnType<ProviderUse[] | null, string | null, string | null>;
  modules: ColumnType<ModuleUse[] | null, string | null, string | null>;
  /** 0 to 100; null until a plan has ended whose runner looks for risks. */
  risk_score: number | null;
  risk: ColumnType<WeighedFinding[] | null, string | null, string | null>;
}

/** A rule that a plan met, and what that adds to its risk. */
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
  /** The transaction, as text: with the sequence an order in which nothing is missed. */
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

/** A variable that a run was created with; the values of sensitive ones are sealed beside. */
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

export interface AgentTable {
  id: string;
  agent_pool_id: string;
  name: string;
  ip_address: string;
  last_ping_at: Timestamp;
  created_at: Timestamp;
  /** What the agent's process calls itself. */
  identity: string;
  /** When it said that it takes no more steps. */
  exited_at: Date | null;
}
