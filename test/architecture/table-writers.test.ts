import path from 'node:path';
import { expect, test } from 'vitest';
import { readTables, readTableWriters } from './table-writers.ts';

const server = path.resolve(import.meta.dirname, '..', '..', 'src', 'server');

/** A room that writes a table of another room has its reason here. All other rooms ask the service of that room. */
const WRITERS = {
  agent: 'agent-pools',
  agent_pool: 'agent-pools',
  agent_pool_project: 'agent-pools',
  audit_entry: 'access',
  audit_seal: 'audit',
  comment: 'runs',
  configuration_readme: 'configurations',
  configuration_version: 'configurations deletion',
  cost_estimate: 'cost-estimates',
  general_settings: 'blobs settings',
  login_code: 'login',
  mirrored_provider: 'provider-mirror',
  notification_configuration: 'notifications',
  notification_delivery: 'notifications',
  organization: 'deletion organizations',
  organization_member: 'access teams',
  password: 'sign-in',
  password_reset: 'sign-in',
  phase_artifact: 'agents',
  plan_approval: 'approval-rules',
  policy: 'policies',
  policy_check: 'policy-checks',
  policy_evaluation: 'policy-checks',
  policy_set: 'policy-sets',
  policy_set_outcome: 'policy-checks',
  policy_set_parameter: 'policy-sets',
  policy_set_policy: 'policy-sets',
  policy_set_project: 'policy-sets',
  policy_set_version: 'policy-sets',
  policy_set_workspace: 'policy-sets',
  price_book: 'price-books',
  price_book_version: 'price-books',
  project: 'organizations projects',
  provider_store: 'provider-stores',
  provider_store_order: 'provider-stores',
  registry_key: 'registry-keys',
  registry_module: 'registry-modules',
  registry_module_version: 'registry-modules',
  registry_provider: 'registry-providers',
  registry_provider_platform: 'registry-providers',
  registry_provider_version: 'registry-providers',
  registry_release: 'registry-releases',
  remote_state_consumer: 'workspaces',
  resource_change: 'states',
  run: 'deletion runs',
  run_approval: 'approvals',
  run_event: 'runs',
  run_phase: 'agents deletion runs states',
  run_request: 'runs',
  run_task: 'run-tasks',
  run_trigger: 'run-triggers',
  run_variables: 'variables',
  server_runner: 'agent-pools',
  session: 'access',
  ssh_key: 'ssh-keys',
  state_version: 'deletion state-writes states',
  state_version_output: 'states',
  tag: 'tags',
  task_result: 'task-calls task-stages',
  task_result_outcome: 'task-calls',
  task_stage: 'task-stages',
  team: 'teams',
  team_member: 'teams',
  token: 'access tokens',
  user_identity: 'sign-in',
  users: 'access tokens',
  variable: 'variables',
  varset: 'variable-sets',
  varset_project: 'variable-sets',
  varset_workspace: 'variable-sets',
  workspace: 'configurations deletion execution runs ssh-keys states workspace-locks workspaces',
  workspace_resource: 'states',
  workspace_tag: 'tags',
  workspace_task: 'workspace-tasks',
};

/** Tables that the first migration fills, and tables of one shape whose names are passed to one statement. */
const NOT_BY_NAME = [
  ...['run_status', 'run_transition'],
  ...['team_workspace', 'team_project'],
  ...[
    'workspace_tag_binding',
    'project_tag_binding',
    'agent_pool_workspace',
    'agent_pool_excluded_workspace',
  ],
];

test('each table is written only by the rooms in this list', () => {
  const tables = readTables(server);
  expect(readTableWriters(server, tables)).toEqual(WRITERS);
  expect([...tables].toSorted()).toEqual([...Object.keys(WRITERS), ...NOT_BY_NAME].toSorted());
});
