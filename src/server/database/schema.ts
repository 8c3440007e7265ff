/** The tables as Kysely sees them; migrations/ says what each column and constraint is for. */
import type { ColumnType, Generated, GeneratedAlways, Insertable, Selectable, Updateable } from 'kysely';
import type { PlatformRunStatus } from '@runwright/models';

/** jsonb: read parsed, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;
type Timestamp = ColumnType<Date, Date | undefined, Date>;

export interface OrganizationTable {
  id: string;
  name: string;
  email: string;
  created_at: Timestamp;
  service_user_id: string | null;
  collaborator_auth_policy: Generated<'password' | 'two_factor_mandatory'>;
  session_timeout_minutes: Generated<number | null>;
  session_remember_minutes: Generated<number | null>;
  cost_estimation_enabled: Generated<boolean>;
  assessments_enforced: Generated<boolean>;
  allow_force_delete_workspaces: Generated<boolean>;
  send_passing_statuses: Generated<boolean>;
  aggregated_commit_status_enabled: Generated<boolean>;
  speculative_plan_management_enabled: Generated<boolean>;
  owners_team_saml_role_id: string | null;
  default_execution_mode: Generated<'remote' | 'local' | 'agent'>;
  default_agent_pool_id: string | null;
}

export interface ProjectTable {
  id: string;
  organization_id: string;
  name: string;
  description: string | null;
  is_default: Generated<boolean>;
  created_at: Timestamp;
}

export interface UsersTable {
  id: string;
  username: string;
  email: string;
  is_site_admin: Generated<boolean>;
  is_service_account: Generated<boolean>;
  unconfirmed_email: string | null;
  created_at: Timestamp;
}

export interface OrganizationMemberTable {
  id: string;
  organization_id: string;
  user_id: string;
  status: Generated<'active' | 'invited'>;
  created_at: Timestamp;
}

export interface TeamTable {
  id: string;
  organization_id: string;
  name: string;
  is_owners: Generated<boolean>;
  visibility: Generated<'secret' | 'organization'>;
  sso_team_id: string | null;
  allow_member_token_management: Generated<boolean>;
  organization_access: JsonWithDefault<Record<string, boolean>>;
  service_user_id: string | null;
  created_at: Timestamp;
}

export interface TeamMemberTable {
  team_id: string;
  organization_id: string;
  user_id: string;
}

export interface TeamWorkspaceTable {
  id: string;
  organization_id: string;
  team_id: string;
  workspace_id: string;
  access: 'read' | 'plan' | 'write' | 'admin' | 'custom';
  details: ColumnType<WorkspaceDetails | null, string | null, string | null>;
  created_at: Timestamp;
}

export interface TeamProjectTable {
  id: string;
  organization_id: string;
  team_id: string;
  project_id: string;
  access: 'read' | 'write' | 'maintain' | 'admin' | 'custom';
  details: ColumnType<ProjectDetails | null, string | null, string | null>;
  created_at: Timestamp;
}

/** What a team may do in a workspace, in full (api-contract §5.9). */
export interface WorkspaceDetails {
  runs: 'read' | 'plan' | 'apply';
  variables: 'none' | 'read' | 'write';
  'state-versions': 'none' | 'read-outputs' | 'read' | 'write';
  'sentinel-mocks': 'none' | 'read';
  'workspace-locking': boolean;
  'run-tasks': boolean;
  'policy-overrides': boolean;
}

/** What a team may do in a project and in its workspaces, in full (api-contract §5.9). */
export interface ProjectDetails {
  'project-access': {
    settings: 'read' | 'update' | 'delete';
    teams: 'none' | 'read' | 'manage';
    'variable-sets': 'none' | 'read' | 'write';
  };
  'workspace-access': {
    create: boolean;
    move: boolean;
    locking: boolean;
    delete: boolean;
    runs: 'read' | 'plan' | 'apply';
    variables: 'none' | 'read' | 'write';
    'state-versions': 'none' | 'read-outputs' | 'read' | 'write';
    'sentinel-mocks': 'none' | 'read';
    'run-tasks': boolean;
  };
}

export interface TokenTable {
  id: string;
  secret_hash: string;
  kind: 'user' | 'organization' | 'audit' | 'team' | 'agent' | 'run';
  user_id: string | null;
  organization_id: string | null;
  team_id: string | null;
  run_id: string | null;
  agent_pool_id: string | null;
  created_by: string | null;
  /** The one token of its owner that making another replaces. */
  is_single: Generated<boolean>;
  description: Generated<string>;
  created_at: Timestamp;
  last_used_at: Date | null;
  expires_at: Date | null;
}

export interface WorkspaceTable {
  id: string;
  organization_id: string;
  project_id: string;
  name: string;
  description: string | null;
  auto_apply: Generated<boolean>;
  execution_mode: Generated<'remote' | 'local' | 'agent'>;
  terraform_version: Generated<string>;
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
  current_state_version_id: string | null;
  created_at: Timestamp;
  updated_at: Timestamp;
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
  plan_only: boolean;
  save_plan: boolean;
  is_destroy: boolean;
  auto_apply: boolean;
  refresh: boolean;
  refresh_only: boolean;
  allow_empty_apply: boolean;
  allow_config_generation: boolean;
  debugging_mode: boolean;
  target_addrs: ColumnType<string[] | null, string | null, string | null>;
  replace_addrs: ColumnType<string[] | null, string | null, string | null>;
  variables: JsonWithDefault<{ key: string; value: string }[]>;
  triggering_run_id: string | null;
  triggering_source_id: string | null;
  triggering_source_name: string | null;
  terraform_version: string;
  has_changes: Generated<boolean>;
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

export type PhaseStatus =
  'pending' | 'queued' | 'running' | 'finished' | 'errored' | 'canceled' | 'unreachable';

/** What a state file manages, counted the three ways that clients ask for (api-contract §5.7). */
export interface StateInventory {
  /** Instances by module (`root`), then by type (`null-resource`, `data.null-data-source`). */
  modules: Record<string, Record<string, number>>;
  /** The same by provider. */
  providers: Record<string, Record<string, number>>;
  resources: { name: string; type: string; count: number; module: string; provider: string }[];
}

/** What is known of a whole state file that a runner reported, before it becomes a state version. */
export interface StateSnapshot {
  sha256: string;
  sizeBytes: number;
  md5: string;
  serial: number;
  lineage: string;
  terraformVersion: string | null;
  resourceCount: number;
  /** Absent in snapshots of before these were counted. */
  inventory?: StateInventory;
  outputs: { name: string; sensitive: boolean; value: unknown; detailedType: unknown }[];
}

export interface RunPhaseTable {
  id: string;
  run_id: string;
  kind: 'plan' | 'apply';
  status: Generated<PhaseStatus>;
  status_timestamps: JsonWithDefault<Record<string, string>>;
  structured_log: boolean;
  lease_hash: string | null;
  runner_name: string | null;
  agent_pool_id: string | null;
  agent_id: string | null;
  not_before: Date | null;
  heartbeat_at: Date | null;
  additions: number | null;
  changes: number | null;
  destructions: number | null;
  imports: number | null;
  generated_configuration: Generated<boolean>;
  input_state_version_id: string | null;
  snapshot: ColumnType<StateSnapshot | null, string | null, string | null>;
  errored_state_sha256: string | null;
}

export interface PhaseArtifactTable {
  phase_id: string;
  name: string;
  sha256: string;
  size_bytes: number;
}

export interface StateVersionTable {
  id: string;
  workspace_id: string;
  run_id: string | null;
  created_by: string | null;
  serial: number;
  lineage: string;
  md5: string;
  sha256: string | null;
  size_bytes: number | null;
  terraform_version: string | null;
  resource_count: Generated<number>;
  created_at: Timestamp;
  sequence: GeneratedAlways<number>;
  status: Generated<'pending' | 'finalized' | 'discarded'>;
  forced: Generated<boolean>;
  intermediate: Generated<boolean>;
  content_serial: number | null;
  content_lineage: string | null;
  json_state_sha256: string | null;
  rollback_state_version_id: string | null;
  modules: JsonWithDefault<StateInventory['modules']>;
  providers: JsonWithDefault<StateInventory['providers']>;
  resources: JsonWithDefault<StateInventory['resources']>;
  finalized_at: Date | null;
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

export interface StateVersionOutputTable {
  id: string;
  state_version_id: string;
  name: string;
  sensitive: boolean;
  value: Json<unknown>;
  detailed_type: Json<unknown>;
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
  run_id: string;
  action: string;
  description: Generated<string>;
  actor_id: string | null;
  comment_id: string | null;
  created_at: Timestamp;
}

export interface AuditEntryTable {
  id: string;
  sequence: GeneratedAlways<number>;
  organization_id: string | null;
  token_id: string | null;
  user_id: string | null;
  actor_kind: string;
  address: string | null;
  request_id: string | null;
  resource_type: string;
  resource_id: string;
  action: string;
  before: ColumnType<Record<string, unknown> | null, string | null, never>;
  after: ColumnType<Record<string, unknown> | null, string | null, never>;
  created_at: Timestamp;
}

export interface LoginCodeTable {
  code_hash: string;
  user_id: string;
  redirect_uri: string;
  code_challenge: string;
  expires_at: Date;
  created_at: Timestamp;
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

/** A variable that a run was created with; the values of sensitive ones are sealed beside. */
export interface RunVariableEntry {
  key: string;
  category: 'terraform' | 'env';
  form: 'hcl' | 'string' | 'auto';
  sensitive: boolean;
  value?: string;
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

export interface RunVariablesTable {
  run_id: string;
  entries: Json<RunVariableEntry[]>;
  sealed_values: string | null;
}

export interface AuditSealTable {
  position: number;
  sequence: number;
  hash: string;
  complete_until: ColumnType<Date, Date, never>;
}

export interface RunRequestTable {
  user_id: string;
  key: string;
  request_hash: string;
  run_id: string;
  created_at: Timestamp;
}

/** Of one of the three. */
export interface NotificationConfigurationTable {
  id: string;
  workspace_id: string | null;
  project_id: string | null;
  team_id: string | null;
  name: string;
  destination_type: 'generic' | 'slack' | 'microsoft-teams' | 'email';
  enabled: boolean;
  url: string | null;
  sealed_token: string | null;
  triggers: Json<string[]>;
  email_addresses: Json<string[]>;
  user_ids: Json<string[]>;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** What the receiver of a notification answered. */
export interface DeliveryResponse {
  url: string;
  body: string;
  code: string;
  headers: Record<string, string[]>;
  'sent-at': string;
  successful: string;
}

export interface NotificationDeliveryTable {
  id: string;
  sequence: GeneratedAlways<number>;
  configuration_id: string;
  run_id: string | null;
  trigger: string;
  run_status: string | null;
  actor_id: string | null;
  status: Generated<'waiting' | 'delivered' | 'failed' | 'dropped'>;
  attempts: Generated<number>;
  next_attempt_at: Timestamp;
  response: ColumnType<DeliveryResponse | null, string | null, string | null>;
  created_at: Timestamp;
}

export interface GeneralSettingsTable {
  id: Generated<number>;
  rate_limiting_enabled: Generated<boolean>;
  updated_at: Timestamp;
  /** Made when a server first starts on this database. */
  installation_id: string | null;
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
}

export interface Database {
  run_status: { status: string; final: boolean };
  run_transition: { from_status: string; to_status: string };
  organization: OrganizationTable;
  project: ProjectTable;
  users: UsersTable;
  organization_member: OrganizationMemberTable;
  team: TeamTable;
  team_member: TeamMemberTable;
  team_workspace: TeamWorkspaceTable;
  team_project: TeamProjectTable;
  token: TokenTable;
  workspace: WorkspaceTable;
  configuration_version: ConfigurationVersionTable;
  run: RunTable;
  run_phase: RunPhaseTable;
  phase_artifact: PhaseArtifactTable;
  state_version: StateVersionTable;
  run_approval: RunApprovalTable;
  state_version_output: StateVersionOutputTable;
  tag: TagTable;
  workspace_tag: WorkspaceTagTable;
  workspace_tag_binding: WorkspaceTagBindingTable;
  project_tag_binding: ProjectTagBindingTable;
  remote_state_consumer: RemoteStateConsumerTable;
  comment: CommentTable;
  run_event: RunEventTable;
  run_request: RunRequestTable;
  general_settings: GeneralSettingsTable;
  audit_entry: AuditEntryTable;
  login_code: LoginCodeTable;
  varset: VarsetTable;
  varset_workspace: { organization_id: string; varset_id: string; workspace_id: string };
  varset_project: { organization_id: string; varset_id: string; project_id: string };
  variable: VariableTable;
  run_variables: RunVariablesTable;
  ssh_key: SshKeyTable;
  run_trigger: RunTriggerTable;
  audit_seal: AuditSealTable;
  agent_pool: AgentPoolTable;
  agent_pool_workspace: { organization_id: string; agent_pool_id: string; workspace_id: string };
  agent_pool_project: { organization_id: string; agent_pool_id: string; project_id: string };
  agent: AgentTable;
  notification_configuration: NotificationConfigurationTable;
  notification_delivery: NotificationDeliveryTable;
}

export type Row<Table extends keyof Database> = Selectable<Database[Table]>;
export type NewRow<Table extends keyof Database> = Insertable<Database[Table]>;
export type RowChange<Table extends keyof Database> = Updateable<Database[Table]>;
