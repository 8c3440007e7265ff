import type { Step, StepVariable } from '../../protocol/agent.ts';
import { describeFlagProblem, isFlagVariable } from '../../protocol/engine-flags.ts';
import { describeReserved, isEnvironmentName, isReservedName } from '../../protocol/environment-names.ts';
import { StepFailure } from '../step-failure.ts';

export interface EnvironmentPaths {
  homeFolder: string;
  temporaryFolder: string;
  cliConfigFile: string;
  /** The file of authorities that programs trust instead of the system's; undefined: the system's. */
  authoritiesFile?: string;
}

/** The whole environment of terraform: nothing is inherited from the runner. */
export function makeEnvironment(step: Step, paths: EnvironmentPaths): Record<string, string> {
  const facts: Record<string, string> = {
    TFC_RUN_ID: step.run.id,
    TFC_WORKSPACE_ID: step.workspace.id,
    TFC_WORKSPACE_NAME: step.workspace.name,
    TFC_WORKSPACE_SLUG: `${step.organization.name}/${step.workspace.name}`,
    TFC_PROJECT_NAME: step.project.name,
  };
  // With TF_VAR_ in front, a configuration that declares no such variable ignores it (api-contract §5.14).
  const twins = Object.entries(facts).map(([key, value]) => [`TF_VAR_${key}`, value]);
  const { authoritiesFile } = paths;
  return {
    ...(authoritiesFile !== undefined && { SSL_CERT_FILE: authoritiesFile }),
    ...userVariables(step.variables),
    ...(Object.fromEntries(twins) as Record<string, string>),
    ...facts,
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: paths.homeFolder,
    TMPDIR: paths.temporaryFolder,
    TF_CLI_CONFIG_FILE: paths.cliConfigFile,
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
  };
}

/** Collector and locale settings are defaults: measured as best for terraform, and a run may replace them. */
const DEFAULTS = { LANG: 'C.UTF-8', GOGC: '400' };

function userVariables(variables: readonly StepVariable[]): Record<string, string> {
  const environment: Record<string, string> = { ...DEFAULTS };
  for (const { key, value, category } of variables) {
    if (category !== 'env') continue;
    const shown = JSON.stringify(key);
    if (!isEnvironmentName(key)) throw new StepFailure(`Environment variable ${shown} has no valid name`);
    if (isReservedName(key)) {
      throw new StepFailure(`Environment variable ${shown} is reserved`, `${describeReserved(key)}.`);
    }
    if (value.includes('\0')) throw new StepFailure(`Environment variable ${shown} contains a NUL character`);
    // As a variable it would apply to all commands of terraform, and some of the runner's own would fail.
    if (!isFlagVariable(key)) environment[key] = value;
    const problem = isFlagVariable(key) ? describeFlagProblem(key, value) : undefined;
    if (problem !== undefined)
      throw new StepFailure(`Environment variable ${shown} cannot be used`, `${problem}.`);
  }
  return environment;
}

/** Git's variables, and those that name further places of its settings. */
const GIT_SETTING = /^(GIT_.*|XDG_CONFIG_HOME|SSH_ASKPASS.*)$/;

/**
 * The environment for fetching modules, where git obeys only the runner: settings of git can name programs to run,
 * and the fetched modules are part of what people approve (docs/variables.md).
 */
export function withoutGitSettings(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !GIT_SETTING.test(name)));
}

export const environmentVariables = ({ variables }: Pick<Step, 'variables'>): StepVariable[] =>
  variables.filter(({ category }) => category === 'env');
