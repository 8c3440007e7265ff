/**
 * Names of environment variables that a run may not set (terraform-cli B8). They would turn terraform's flags or files
 * around, be obeyed by the sandbox program or the dynamic linker outside of the sandbox, or forge what the platform says
 * about the run. Other TFC_ names, such as those of dynamic provider credentials, are the user's.
 */
const RESERVED = [
  /^TF_CLI_(ARGS.*|CONFIG_FILE)$/,
  /^TF_(DATA_DIR|WORKSPACE|IN_AUTOMATION|INPUT|FORCE_LOCAL_BACKEND|STATE_PERSIST_INTERVAL)$/,
  /^TF_(LOG|PLUGIN_|HTTP_|REATTACH_|TEMP_).*$/,
  /^TFC_(RUN_|PROJECT_|CONFIGURATION_VERSION_).*$/,
  /^TFC_WORKSPACE_(ID|NAME|SLUG)$/,
  /^(LD_|NODE_|MALLOC_|RUNWRIGHT_).*$/,
  /^(PATH|HOME|TMPDIR|GCONV_PATH|LOCPATH|GLIBC_TUNABLES|CHECKPOINT_DISABLE)$/,
];

export const isEnvironmentName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
export const isReservedName = (name: string): boolean => RESERVED.some((rule) => rule.test(name));

/** HCL's identifiers: anything else could not be declared as a terraform variable. */
export const isVariableName = (name: string): boolean => /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name);
