/** Projects and workspaces with all their settings. */
import type { EngineProduct } from '../../../protocol/agent.ts';
import type { Generated } from 'kysely';
import type { JsonWithDefault, Timestamp } from './columns.ts';

export interface ApprovalRule {
  /** null: everybody who may apply. */
  'team-id': string | null;
  approvals: number;
}

/** Weekly times at which runs may be applied, or single times at which they may not: by a time zone's wall clock. */
export type ChangeWindow =
  | {
      kind: 'window';
      name: string;
      'time-zone': string;
      days: ('mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun')[];
      from: string;
      to: string;
    }
  | { kind: 'freeze'; name: string; 'time-zone': string; 'starts-at': string; 'ends-at': string };

export interface ProjectTable {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  is_default: Generated<boolean>;
  /** null: the organization's mode. */
  default_execution_mode: 'remote' | 'local' | 'agent' | null;
  default_agent_pool_id: string | null;
  auto_destroy_activity_duration: string | null;
  created_at: Timestamp;
}

export interface WorkspaceTable {
  id: string;
  organization_id: string;
  project_id: string;
  name: string;
  description: string | null;
  auto_apply: Generated<boolean>;
  execution_mode: Generated<'remote' | 'local' | 'agent'>;
  /** False: mode and pool are those of the project or the organization. */
  overrides_execution: Generated<boolean>;
  terraform_version: Generated<string>;
  engine: EngineProduct | null;
  working_directory: Generated<string>;
  queue_all_runs: Generated<boolean>;
  speculative_enabled: Generated<boolean>;
  allow_destroy_plan: Generated<boolean>;
  structured_run_output_enabled: Generated<boolean>;
  global_remote_state: Generated<boolean>;
  project_remote_state: Generated<boolean>;
  client_settings: JsonWithDefault<Record<string, unknown>>;
  source: Generated<string>;
  locked_by: string | null;
  locked_at: Date | null;
  lock_reason: string | null;
  current_configuration_version_id: string | null;
  ssh_key_id: string | null;
  agent_pool_id: string | null;
  auto_apply_run_trigger: Generated<boolean>;
  mcp_apply_approval: Generated<boolean>;
  /** A run applies by itself only when its plan's risk is below this; null: at any risk. */
  auto_apply_below_risk: number | null;
  approval_rules: JsonWithDefault<ApprovalRule[]>;
  change_windows: JsonWithDefault<ChangeWindow[]>;
  current_state_version_id: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface ConfigurationReadmeTable {
  configuration_version_id: string;
  markdown: string;
}

export interface ConfigurationVersionTable {
  id: string;
  workspace_id: string;
  status: Generated<
    | 'pending'
    | 'fetching'
    | 'uploaded'
    | 'errored'
    | 'archived'
    | 'backing_data_soft_deleted'
    | 'backing_data_permanently_deleted'
  >;
  source: string;
  speculative: Generated<boolean>;
  provisional: Generated<boolean>;
  auto_queue_runs: Generated<boolean>;
  error: string | null;
  error_message: string | null;
  sha256: string | null;
  size_bytes: number | null;
  created_by: string | null;
  created_at: Timestamp;
  uploaded_at: Date | null;
  archived_at: Date | null;
  backing_data_deleted_at: Date | null;
}

export interface TagTable {
  id: string;
  organization_id: string;
  name: string;
  created_at: Timestamp;
}

export interface WorkspaceTagTable {
  organization_id: string;
  workspace_id: string;
  tag_id: string;
}

export interface WorkspaceTagBindingTable {
  workspace_id: string;
  key: string;
  value: string;
}

export interface ProjectTagBindingTable {
  project_id: string;
  key: string;
  value: string;
}

export interface RemoteStateConsumerTable {
  organization_id: string;
  workspace_id: string;
  consumer_id: string;
}

export interface VarsetTable {
  id: string;
  organization_id: string;
  /** The project that owns it; null: the organization. */
  project_id: string | null;
  name: string;
  description: Generated<string>;
  is_global: Generated<boolean>;
  priority: Generated<boolean>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface VariableTable {
  id: string;
  workspace_id: string | null;
  varset_id: string | null;
  category: 'terraform' | 'env';
  key: string;
  value: string | null;
  sealed_value: string | null;
  value_bytes: number;
  hcl: boolean;
  sensitive: boolean;
  description: string | null;
  version_id: string;
  created_at: Timestamp;
  updated_at: Timestamp;
}

export interface SshKeyTable {
  id: string;
  organization_id: string;
  name: string;
  sealed_value: string;
  created_at: Timestamp;
}

export interface RunTriggerTable {
  id: string;
  organization_id: string;
  workspace_id: string;
  sourceable_id: string;
  created_at: Timestamp;
}
