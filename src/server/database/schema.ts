/** The tables as Kysely sees them; migrations/ documents the purpose of each column and constraint. */
import type { Insertable, Selectable, Updateable } from 'kysely';
import type {
  OrganizationTable,
  UsersTable,
  OrganizationMemberTable,
  TeamTable,
  TeamMemberTable,
  TeamWorkspaceTable,
  TeamProjectTable,
  TokenTable,
  LoginCodeTable,
  PasswordResetTable,
  PasswordTable,
  SessionTable,
  UserIdentityTable,
} from './tables/accounts.ts';
import type { AuditEntryTable, AuditSealTable } from './tables/audit.ts';
import type { CostEstimateTable, PriceBookTable, PriceBookVersionTable } from './tables/checks.ts';
import type { MirroredProviderTable } from './tables/provider-mirror.ts';
import type { ProviderStoreOrderTable, ProviderStoreTable } from './tables/provider-stores.ts';
import type { NotificationConfigurationTable, NotificationDeliveryTable } from './tables/notifications.ts';
import type {
  PolicyTable,
  PolicySetTable,
  PolicySetVersionTable,
  PolicySetPolicyTable,
  PolicySetWorkspaceTable,
  PolicySetProjectTable,
  PolicySetParameterTable,
  PolicyCheckTable,
  PolicyEvaluationTable,
  PolicySetOutcomeTable,
} from './tables/policies.ts';
import type {
  RegistryKeyTable,
  RegistryModuleTable,
  RegistryModuleVersionTable,
  RegistryProviderPlatformTable,
  RegistryProviderTable,
  RegistryProviderVersionTable,
  RegistryReleaseTable,
} from './tables/registry.ts';
import type {
  RunTable,
  RunApprovalTable,
  PlanApprovalTable,
  RunPhaseTable,
  PhaseArtifactTable,
  CommentTable,
  RunEventTable,
  RunVariablesTable,
  RunRequestTable,
  AgentPoolTable,
  AgentTable,
  ServerRunnerTable,
} from './tables/runs.ts';
import type {
  RunTaskTable,
  TaskResultOutcomeTable,
  TaskResultTable,
  TaskStageTable,
  WorkspaceTaskTable,
} from './tables/run-tasks.ts';
import type { GeneralSettingsTable } from './tables/settings.ts';
import type {
  ResourceChangeTable,
  StateVersionOutputTable,
  StateVersionTable,
  WorkspaceResourceTable,
} from './tables/states.ts';
import type {
  ProjectTable,
  WorkspaceTable,
  ConfigurationReadmeTable,
  ConfigurationVersionTable,
  TagTable,
  WorkspaceTagTable,
  WorkspaceTagBindingTable,
  ProjectTagBindingTable,
  RemoteStateConsumerTable,
  SshKeyTable,
  RunTriggerTable,
  VarsetTable,
  VariableTable,
} from './tables/workspaces.ts';

export type { WorkspaceDetails, ProjectDetails } from './tables/accounts.ts';
export type { DeliveryResponse } from './tables/notifications.ts';
export type { ApprovalRule, ChangeWindow } from './tables/workspaces.ts';
export type { PhaseStatus, RunVariableEntry, WeighedFinding } from './tables/runs.ts';
export type { ManagedInstance, StateInventory, StateSnapshot } from './tables/states.ts';

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
  configuration_readme: ConfigurationReadmeTable;
  run: RunTable;
  run_phase: RunPhaseTable;
  phase_artifact: PhaseArtifactTable;
  state_version: StateVersionTable;
  run_approval: RunApprovalTable;
  plan_approval: PlanApprovalTable;
  state_version_output: StateVersionOutputTable;
  resource_change: ResourceChangeTable;
  workspace_resource: WorkspaceResourceTable;
  tag: TagTable;
  workspace_tag: WorkspaceTagTable;
  workspace_tag_binding: WorkspaceTagBindingTable;
  project_tag_binding: ProjectTagBindingTable;
  remote_state_consumer: RemoteStateConsumerTable;
  comment: CommentTable;
  run_event: RunEventTable;
  run_request: RunRequestTable;
  price_book: PriceBookTable;
  price_book_version: PriceBookVersionTable;
  cost_estimate: CostEstimateTable;
  policy: PolicyTable;
  policy_set: PolicySetTable;
  policy_set_version: PolicySetVersionTable;
  policy_set_policy: PolicySetPolicyTable;
  policy_set_workspace: PolicySetWorkspaceTable;
  policy_set_project: PolicySetProjectTable;
  policy_set_parameter: PolicySetParameterTable;
  policy_check: PolicyCheckTable;
  policy_evaluation: PolicyEvaluationTable;
  policy_set_outcome: PolicySetOutcomeTable;
  run_task: RunTaskTable;
  workspace_task: WorkspaceTaskTable;
  task_stage: TaskStageTable;
  task_result: TaskResultTable;
  task_result_outcome: TaskResultOutcomeTable;
  registry_key: RegistryKeyTable;
  registry_module: RegistryModuleTable;
  registry_module_version: RegistryModuleVersionTable;
  registry_provider: RegistryProviderTable;
  registry_provider_platform: RegistryProviderPlatformTable;
  registry_provider_version: RegistryProviderVersionTable;
  registry_release: RegistryReleaseTable;
  general_settings: GeneralSettingsTable;
  audit_entry: AuditEntryTable;
  login_code: LoginCodeTable;
  session: SessionTable;
  user_identity: UserIdentityTable;
  password: PasswordTable;
  password_reset: PasswordResetTable;
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
  agent_pool_excluded_workspace: { organization_id: string; agent_pool_id: string; workspace_id: string };
  agent_pool_project: { organization_id: string; agent_pool_id: string; project_id: string };
  agent: AgentTable;
  server_runner: ServerRunnerTable;
  mirrored_provider: MirroredProviderTable;
  provider_store: ProviderStoreTable;
  provider_store_order: ProviderStoreOrderTable;
  notification_configuration: NotificationConfigurationTable;
  notification_delivery: NotificationDeliveryTable;
}

export type Row<Table extends keyof Database> = Selectable<Database[Table]>;
export type NewRow<Table extends keyof Database> = Insertable<Database[Table]>;
export type RowChange<Table extends keyof Database> = Updateable<Database[Table]>;
