import { ACCESS_CALLS, OTHER_CALLS, RELATED_CALLS } from './access-calls.ts';
import { LINK_CALLS, OTHER_LINK_CALLS, POOL_CALL, STORE_CALL } from './link-calls.ts';
import { IDS } from './fake-resources.ts';
import { OTHER_REGISTRY_CALLS, REGISTRY_CALLS } from './registry-calls.ts';
import { body, call, type ToolCall } from './tool-call.ts';

const {
  workspace: ws,
  run,
  plan,
  apply,
  cost,
  state,
  output,
  project,
  variable,
  variableSet: set,
  assessment,
} = IDS;
const RUN = `GET runs/${run}?include=plan,apply,created_by`;
const WHOLE = `GET runs/${run}?include=plan,apply,created_by,workspace,cost_estimate`;
const BLOB = 'GET /blobs/capability-8f2c/';
const LOG = 'GET /logs/capability-8f2c';
const planJson = [`GET runs/${run}/plan/json-output`, `${BLOB}plan`];
const action = (name: string): string[] => [RUN, `POST runs/${run}/actions/${name} {"comment":"why"}`, RUN];
const ids = (type: string, id: string): string => JSON.stringify({ data: [{ type, id }] });
const acted = { run_id: run, comment: 'why' };

/** The fake platform claims a second page of every list. */
const twice = (request: string): string[] => ['1', '2'].map((page) => request.replace('%', page));

/** Every tool once. */
export const TOOL_CALLS: readonly ToolCall[] = [
  call(
    'create_run',
    { workspace_id: ws, params: { message: 'm', plan_only: true } },
    `POST runs ${body('runs', { attributes: { message: 'm', 'is-destroy': false, refresh: true, 'plan-only': true }, relationships: { workspace: { data: { id: ws, type: 'workspaces' } } } })}`,
  ),
  call(
    'list_runs_in_workspace',
    { workspace_id: ws, filter_status_group: 'discarded' },
    `GET workspaces/${ws}/runs?page[number]=1&page[size]=20&filter[status]=discarded`,
  ),
  call(
    'list_runs_in_organization',
    { organization: 'acme', filter_workspace_names: 'a,b', filter_source: 'api' },
    'GET organizations/acme/runs?page[number]=1&page[size]=20&filter[source]=tfe-api,api&filter[workspace_names]=a,b&include=workspace',
  ),
  call('get_run_details', { run_id: run }, RUN),
  call('apply_run', acted, ...action('apply')),
  call('discard_run', acted, ...action('discard')),
  call('cancel_run', acted, ...action('cancel')),
  call('force_cancel_run', acted, ...action('force-cancel')),
  call(
    'force_execute_run',
    { run_id: run },
    `GET runs/${run}`,
    `GET workspaces/${ws}/runs?page[size]=100&filter[status_group]=non_final`,
    RUN,
    `POST runs/${run}/actions/force-execute`,
    RUN,
  ),
  call('wait_for_run', { run_id: run }, RUN),
  call('summarize_run', { run_id: run }, WHOLE, ...planJson),
  call('get_plan_summary', { run_id: run }, ...planJson),
  call('get_run_logs', { run_id: run }, `GET runs/${run}`, `GET applies/${apply}`, `GET plans/${plan}`, LOG),
  call('diagnose_run', { run_id: run }, RUN),
  call('preview_run_action', { run_id: run, action: 'apply' }, RUN, ...planJson),
  call(
    'list_run_comments',
    { run_id: run },
    `GET runs/${run}/comments`,
    `GET runs/${run}/run-events?include=actor`,
  ),
  call(
    'add_run_comment',
    { run_id: run, body: 'b' },
    `POST runs/${run}/comments ${body('comments', { attributes: { body: 'b' } })}`,
  ),
  call(
    'compare_runs',
    { run_id: run, other_run_id: IDS.otherRun },
    ...planJson,
    `GET runs/${IDS.otherRun}/plan/json-output`,
    `${BLOB}plan`,
  ),
  call('get_workspace_outputs', { workspace_id: ws }, `GET workspaces/${ws}/current-state-version-outputs`),
  call(
    'find_workspace',
    { query: 'network' },
    ...twice('GET organizations?page[number]=%&page[size]=100'),
    ...twice('GET organizations/acme/workspaces?page[number]=%&page[size]=100&search[name]=network'),
  ),
  call(
    'whoami',
    {},
    'GET account/details',
    ...twice('GET organizations?page[number]=%&page[size]=100'),
    'GET ping',
  ),
  call('get_plan_details', { plan_id: plan }, `GET plans/${plan}`),
  call(
    'get_plan_json_output',
    { plan_id: plan },
    ...[`GET plans/${plan}/json-output`, `${BLOB}plan`, `GET plans/${plan}/json-output-redacted`],
  ),
  call('get_run_plan_json_output', { run_id: run }, ...planJson, `GET runs/${run}/plan/json-output-redacted`),
  call('get_plan_logs', { plan_id: plan }, `GET plans/${plan}`, LOG),
  call('get_apply_details', { apply_id: apply }, `GET applies/${apply}`),
  call('get_apply_logs', { apply_id: apply }, `GET applies/${apply}`, LOG),
  call('get_errored_state', { apply_id: apply }, `GET applies/${apply}/errored-state`, `${BLOB}state`),
  call('get_cost_estimate_details', { cost_estimate_id: cost }, `GET cost-estimates/${cost}`),
  call(
    'list_workspaces',
    { organization: 'acme', search: 'net' },
    'GET organizations/acme/workspaces?page[number]=1&page[size]=20&search[name]=net',
  ),
  call(
    'get_workspace_details',
    { organization: 'acme', workspace_name: 'network' },
    'GET organizations/acme/workspaces/network',
  ),
  call(
    'create_workspace',
    { organization: 'acme', name: 'network', params: { 'auto-apply': false, project_id: project } },
    `POST organizations/acme/workspaces ${body('workspaces', { attributes: { 'auto-apply': false, name: 'network' }, relationships: { project: { data: { type: 'projects', id: project } } } })}`,
  ),
  call(
    'update_workspace',
    { organization: 'acme', workspace_name: 'network', params: { description: 'd' } },
    `PATCH organizations/acme/workspaces/network ${body('workspaces', { attributes: { description: 'd' } })}`,
  ),
  call(
    'lock_workspace',
    { workspace_id: ws, reason: 'r' },
    `POST workspaces/${ws}/actions/lock {"reason":"r"}`,
  ),
  call('unlock_workspace', { workspace_id: ws }, `POST workspaces/${ws}/actions/unlock`),
  call(
    'force_unlock_workspace',
    { workspace_id: ws },
    `GET workspaces/${ws}`,
    `POST workspaces/${ws}/actions/force-unlock`,
  ),
  call(
    'delete_workspace',
    { organization: 'acme', workspace_name: 'network' },
    'GET organizations/acme/workspaces/network',
    'DELETE organizations/acme/workspaces/network',
  ),
  call(
    'safe_delete_workspace',
    { organization: 'acme', workspace_name: 'network' },
    'GET organizations/acme/workspaces/network',
    'POST organizations/acme/workspaces/network/actions/safe-delete',
  ),
  call(
    'list_workspace_variables',
    { workspace_id: ws },
    `GET workspaces/${ws}/vars?page[number]=1&page[size]=100`,
  ),
  call(
    'create_workspace_variable',
    { workspace_id: ws, key: 'k', category: 'env', params: { value: 'v' } },
    `POST workspaces/${ws}/vars ${body('vars', { attributes: { value: 'v', key: 'k', category: 'env' } })}`,
  ),
  call(
    'update_workspace_variable',
    { workspace_id: ws, variable_id: variable, params: { hcl: true } },
    `PATCH workspaces/${ws}/vars/${variable} ${body('vars', { id: variable, attributes: { hcl: true } })}`,
  ),
  call(
    'delete_workspace_variable',
    { workspace_id: ws, variable_id: variable },
    `GET workspaces/${ws}/vars/${variable}`,
    `DELETE workspaces/${ws}/vars/${variable}`,
  ),
  call(
    'list_variable_sets',
    { organization: 'acme' },
    'GET organizations/acme/varsets?page[number]=1&page[size]=20',
  ),
  call('get_variable_set', { varset_id: set }, `GET varsets/${set}`),
  call(
    'create_variable_set',
    { organization: 'acme', name: 's', params: { global: true } },
    `POST organizations/acme/varsets ${body('varsets', { attributes: { global: true, name: 's' } })}`,
  ),
  call(
    'update_variable_set',
    { varset_id: set, params: { priority: true } },
    `PATCH varsets/${set} ${body('varsets', { id: set, attributes: { priority: true } })}`,
  ),
  call('delete_variable_set', { varset_id: set }, `GET varsets/${set}`, `DELETE varsets/${set}`),
  call(
    'assign_variable_set_to_workspaces',
    { varset_id: set, workspace_ids: [ws] },
    `POST varsets/${set}/relationships/workspaces ${ids('workspaces', ws)}`,
  ),
  call(
    'unassign_variable_set_from_workspaces',
    { varset_id: set, workspace_ids: [ws] },
    `DELETE varsets/${set}/relationships/workspaces ${ids('workspaces', ws)}`,
  ),
  call(
    'assign_variable_set_to_projects',
    { varset_id: set, project_ids: [project] },
    `POST varsets/${set}/relationships/projects ${ids('projects', project)}`,
  ),
  call(
    'unassign_variable_set_from_projects',
    { varset_id: set, project_ids: [project] },
    `DELETE varsets/${set}/relationships/projects ${ids('projects', project)}`,
  ),
  call(
    'list_variables_in_variable_set',
    { varset_id: set },
    `GET varsets/${set}/relationships/vars?page[number]=1&page[size]=100`,
  ),
  call(
    'create_variable_in_variable_set',
    { varset_id: set, key: 'k', category: 'terraform' },
    `POST varsets/${set}/relationships/vars ${body('vars', { attributes: { key: 'k', category: 'terraform' } })}`,
  ),
  call(
    'update_variable_in_variable_set',
    { varset_id: set, var_id: variable, params: { value: 'v' } },
    `PATCH varsets/${set}/relationships/vars/${variable} ${body('vars', { id: variable, attributes: { value: 'v' } })}`,
  ),
  call(
    'delete_variable_from_variable_set',
    { varset_id: set, var_id: variable },
    `GET varsets/${set}/relationships/vars/${variable}`,
    `DELETE varsets/${set}/relationships/vars/${variable}`,
  ),
  call(
    'list_state_versions',
    { organization: 'acme', workspace_name: 'network', filter_status: 'finalized' },
    'GET state-versions?page[number]=1&page[size]=20&filter[organization][name]=acme&filter[workspace][name]=network&filter[status]=finalized',
  ),
  call('get_current_state_version', { workspace_id: ws }, `GET workspaces/${ws}/current-state-version`),
  call('get_state_version', { state_version_id: state }, `GET state-versions/${state}`),
  call(
    'create_state_version',
    {
      workspace_id: ws,
      serial: 4,
      md5: 'd41d8cd98f00b204e9800998ecf8427e',
      params: { lineage: 'l', run_id: run },
    },
    `POST workspaces/${ws}/state-versions ${body('state-versions', { attributes: { serial: 4, md5: 'd41d8cd98f00b204e9800998ecf8427e', lineage: 'l' }, relationships: { run: { data: { type: 'runs', id: run } } } })}`,
  ),
  call(
    'rollback_state_version',
    { workspace_id: ws, state_version_id: state },
    `GET state-versions/${state}`,
    `GET workspaces/${ws}/current-state-version`,
    `PATCH workspaces/${ws}/state-versions ${body('state-versions', { relationships: { 'rollback-state-version': { data: { type: 'state-versions', id: state } } } })}`,
  ),
  call(
    'list_workspace_resources',
    { workspace_id: ws },
    `GET workspaces/${ws}/resources?page[number]=1&page[size]=20`,
  ),
  call('download_state_file', { state_version_id: state }, `GET state-versions/${state}`, `${BLOB}state`),
  call(
    'list_state_version_outputs',
    { state_version_id: state },
    `GET state-versions/${state}/outputs?page[number]=1&page[size]=20`,
  ),
  call(
    'get_state_version_output',
    { state_version_output_id: output },
    `GET state-version-outputs/${output}`,
  ),
  call(
    'list_projects',
    { organization: 'acme', q: 'c', filter_permissions_update: true, sort: '-name' },
    'GET organizations/acme/projects?page[number]=1&page[size]=20&q=c&filter[permissions][update]=true&sort=-name',
  ),
  call('get_project_details', { project_id: project }, `GET projects/${project}`),
  call(
    'create_project',
    { organization: 'acme', name: 'core', params: { tag_bindings: [{ key: 'k', value: 'v' }] } },
    `POST organizations/acme/projects ${body('projects', { attributes: { name: 'core' }, relationships: { 'tag-bindings': { data: [{ type: 'tag-bindings', attributes: { key: 'k', value: 'v' } }] } } })}`,
  ),
  call(
    'update_project',
    { project_id: project, params: { description: 'd' } },
    `PATCH projects/${project} ${body('projects', { id: project, attributes: { description: 'd' } })}`,
  ),
  call('delete_project', { project_id: project }, `GET projects/${project}`, `DELETE projects/${project}`),
  call(
    'list_project_tag_bindings',
    { project_id: project },
    `GET projects/${project}/tag-bindings?page[number]=1&page[size]=100`,
  ),
  call(
    'add_update_project_tag_bindings',
    { project_id: project, tag_bindings: [{ key: 'k' }] },
    `PATCH projects/${project}/tag-bindings ${JSON.stringify({ data: [{ type: 'tag-bindings', attributes: { key: 'k' } }] })}`,
  ),
  call(
    'move_workspaces_to_project',
    { project_id: project, workspace_ids: [ws] },
    `POST projects/${project}/relationships/workspaces ${ids('workspaces', ws)}`,
  ),
  call('get_organization_details', { organization: 'acme' }, 'GET organizations/acme'),
  call('get_organization_entitlements', { organization: 'acme' }, 'GET organizations/acme/entitlement-set'),
  call(
    'list_organizations',
    { q: 'a', query_name: 'b' },
    'GET organizations?page[number]=1&page[size]=20&q=a&q[name]=b',
  ),
  call(
    'create_organization',
    { name: 'acme', email: 'a@example.com' },
    `POST organizations ${body('organizations', { attributes: { name: 'acme', email: 'a@example.com' } })}`,
  ),
  call(
    'update_organization',
    { organization: 'acme', params: { email: 'b@example.com' } },
    `PATCH organizations/acme ${body('organizations', { id: 'acme', attributes: { email: 'b@example.com' } })}`,
  ),
  call(
    'delete_organization',
    { organization: 'acme' },
    'GET organizations/acme',
    'GET organizations/acme/workspaces?page[size]=1',
    'DELETE organizations/acme',
  ),
  call('get_account_details', {}, 'GET account/details'),
  call(
    'get_assessment_result_details',
    { assessment_result_id: assessment },
    `GET assessment-results/${assessment}`,
  ),
  call(
    'get_assessment_json_output',
    { assessment_result_id: assessment },
    `GET assessment-results/${assessment}/json-output`,
  ),
  call(
    'get_assessment_json_schema',
    { assessment_result_id: assessment },
    `GET assessment-results/${assessment}/json-schema`,
  ),
  call(
    'get_assessment_log_output',
    { assessment_result_id: assessment },
    `GET assessment-results/${assessment}/log-output`,
  ),
  ...RELATED_CALLS.slice(0, 1),
  ...LINK_CALLS,
  ...ACCESS_CALLS,
  POOL_CALL,
  STORE_CALL,
  ...REGISTRY_CALLS,
];

/** Every tool, with each of its variants. */
export const ALL_CALLS: readonly ToolCall[] = [
  ...TOOL_CALLS,
  ...RELATED_CALLS.slice(1),
  ...OTHER_LINK_CALLS,
  ...OTHER_CALLS,
  ...OTHER_REGISTRY_CALLS,
];
