/** The default values of parameters. Plain data, so that code that only writes requests needs no schema. */
export const RUN_PARAM_DEFAULTS = {
  is_destroy: false,
  refresh: true,
  refresh_only: false,
  plan_only: false,
  allow_empty_apply: false,
  save_plan: false,
  debugging_mode: false,
  allow_config_generation: false,
};

/** The names of all parameters, in the order of the specification. */
export const RUN_PARAM_FIELDS = [
  'message',
  'is_destroy',
  'auto_apply',
  'refresh',
  'refresh_only',
  'plan_only',
  'allow_empty_apply',
  'target_addrs',
  'replace_addrs',
  'variables',
  'terraform_version',
  'save_plan',
  'debugging_mode',
  'allow_config_generation',
] as const;
