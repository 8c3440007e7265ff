export const RUN_PARTS = [
  'plan',
  'apply',
  'created_by',
  'confirmed_by',
  'configuration_version',
  'configuration_version.ingress_attributes',
  'cost_estimate',
];

/** The names that `include` takes with workspaces (api-contract §5.3); includes/with-workspaces.ts resolves them. */
export const WORKSPACE_INCLUDES: readonly string[] = [
  'organization',
  'project',
  'current_run',
  'latest_run',
  'current_configuration_version',
  'current_state_version',
  'locked_by',
  'outputs',
  'readme',
  'vars',
  'agent_pool',
  'effective_tag_bindings',
  ...['current_run', 'latest_run'].flatMap((run) => RUN_PARTS.map((part) => `${run}.${part}`)),
  'current_configuration_version.ingress_attributes',
];
