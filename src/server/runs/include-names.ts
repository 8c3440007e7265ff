/** The names that `include` takes with runs (api-contract §2.3). Those of phases missing here include nothing. */
export const RUN_INCLUDES = [
  'plan',
  'apply',
  'created_by',
  'confirmed_by',
  'cost_estimate',
  'configuration_version',
  'configuration_version.ingress_attributes',
  'workspace',
  'workspace.organization',
  'task_stages',
  'tf_policy_evaluations',
  'policy_checks',
  'run_events',
];
