import { isFlagVariable } from './engine-flags.ts';

/**
 * Names of environment variables that a run may not set (terraform-cli B8). They would redirect terraform's flags or
 * files, affect the sandbox program or the dynamic linker outside the sandbox, or forge the platform's facts about
 * the run. Other TFC_ names, such as those of dynamic provider credentials, are the user's.
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

/** Names that an operating system accepts; shells cannot use all of these. */
export const isEnvironmentName = (name: string): boolean => /^[^=\s\p{Cc}]+$/u.test(name);
export const isReservedName = (name: string): boolean =>
  !isFlagVariable(name) && RESERVED.some((rule) => rule.test(name));

/** The reason why a name is reserved, and the alternative. */
export function describeReserved(name: string): string {
  if (/^TF_LOG/.test(name)) return `${name} is reserved: for a trace make a run with debugging-mode`;
  if (/^TF_CLI_ARGS/.test(name))
    return `${name} is reserved: flags can be given to plan and apply, in TF_CLI_ARGS, TF_CLI_ARGS_plan and TF_CLI_ARGS_apply`;
  return `${name} is reserved: the platform sets it, or forbids it, itself`;
}

/** A valid name of a variable, even if terraform could not declare it: clients have rules of their own. */
export const isVariableKey = (key: string): boolean => /^\P{Cc}+$/u.test(key);

/** HCL's identifiers: other names could not be declared as a terraform variable. */
export const isVariableName = (name: string): boolean => /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name);
