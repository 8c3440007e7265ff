/** Users, organizations, teams and their rights. */
import type { EngineProduct } from '../../../protocol/agent.ts';
import type { ColumnType, Generated } from 'kysely';
import type { JsonWithDefault, Timestamp } from './columns.ts';

export interface OrganizationTable {
  id: string;
  name: string;
  email: string;
  created_at: Timestamp;
  service_user_id: string | null;
  collaborator_auth_policy: Generated<'password' | 'two_factor_mandatory'>;
  session_timeout_minutes: number | null;
  session_remember_minutes: number | null;
  /** False: only tokens of teams, of the organization and of runs are accepted. */
  user_tokens_enabled: Generated<boolean>;
  cost_estimation_enabled: Generated<boolean>;
  assessments_enforced: Generated<boolean>;
  allow_force_delete_workspaces: Generated<boolean>;
  send_passing_statuses: Generated<boolean>;
  aggregated_commit_status_enabled: Generated<boolean>;
  speculative_plan_management_enabled: Generated<boolean>;
  owners_team_saml_role_id: string | null;
  default_execution_mode: Generated<'remote' | 'local' | 'agent'>;
  default_agent_pool_id: string | null;
  engine: EngineProduct | null;
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
  /** True: no user had this address before the invitation. */
  made_its_user: Generated<boolean>;
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
  /** `group`: the membership came from a group of the identity provider, and ends with it. */
  origin: Generated<'person' | 'group'>;
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

/** The rights of a team in a workspace, in full (api-contract §5.9). */
export interface WorkspaceDetails {
  runs: 'read' | 'plan' | 'apply';
  variables: 'none' | 'read' | 'write';
  'state-versions': 'none' | 'read-outputs' | 'read' | 'write';
  'sentinel-mocks': 'none' | 'read';
  'workspace-locking': boolean;
  'run-tasks': boolean;
  'policy-overrides': boolean;
}

/** The rights of a team in a project and in its workspaces, in full (api-contract §5.9). */
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
    'policy-overrides': boolean;
  };
}

export interface TokenTable {
  id: string;
  secret_hash: string;
  kind: 'user' | 'organization' | 'audit' | 'team' | 'agent' | 'run' | 'task';
  user_id: string | null;
  organization_id: string | null;
  team_id: string | null;
  run_id: string | null;
  agent_pool_id: string | null;
  task_result_id: string | null;
  created_by: string | null;
  /** True for the one token of its owner that the next such token replaces. */
  is_single: Generated<boolean>;
  description: Generated<string>;
  created_at: Timestamp;
  last_used_at: Date | null;
  expires_at: Date | null;
}

export interface LoginCodeTable {
  code_hash: string;
  user_id: string;
  /** The token with which the user signed in. */
  token_id: string;
  redirect_uri: string;
  code_challenge: string;
  expires_at: Date;
  created_at: Timestamp;
}

export interface SessionTable {
  id: string;
  secret_hash: string;
  user_id: string;
  /** The token that the session began with, and ends with. */
  token_id: string | null;
  method: 'password' | 'token' | 'oidc';
  address: string;
  user_agent: string;
  created_at: Timestamp;
  last_used_at: Timestamp;
  expires_at: Date;
}

export interface PasswordTable {
  user_id: string;
  /** The hash includes the algorithm and its parameters. */
  hash: string;
  changed_at: Timestamp;
}

/** A code with which a person can choose a password, once. */
export interface PasswordResetTable {
  user_id: string;
  code_hash: string;
  expires_at: Date;
  created_at: Timestamp;
}

/** An account at an identity provider. */
export interface UserIdentityTable {
  issuer: string;
  subject: string;
  user_id: string;
  email: string | null;
  /** The groups of the last sign-in; null: the provider sent none. */
  groups: ColumnType<string[] | null, string | null, string | null>;
  created_at: Timestamp;
  last_sign_in_at: Timestamp;
}
