import type { RunParamsInput } from '@runwright/models';

export const RUN_KINDS = ['plan_and_apply', 'plan_only', 'save_plan', 'refresh_only', 'destroy'] as const;

/** The content of the form that starts a run; addresses and variables as the lines that were typed. */
export interface RunForm {
  message: string;
  kind: (typeof RUN_KINDS)[number];
  typedName: string;
  autoApply: boolean;
  refresh: boolean;
  emptyApply: boolean;
  debugging: boolean;
  configGeneration: boolean;
  targets: string;
  replaces: string;
  variables: string;
  version: string;
}

export const emptyRunForm: RunForm = {
  message: '',
  kind: 'plan_and_apply',
  typedName: '',
  autoApply: false,
  refresh: true,
  emptyApply: false,
  debugging: false,
  configGeneration: false,
  targets: '',
  replaces: '',
  variables: '',
  version: '',
};

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const VARIABLE = /^([^\s=]+)\s*=\s*(.+)$/;

/** The first line that is not `name = value`. */
export const unreadVariable = (text: string): string | undefined =>
  linesOf(text).find((line) => !VARIABLE.test(line));

/** Only chosen parameters are sent: for the others the workspace decides. */
export function runParamsOf(form: RunForm): RunParamsInput {
  const { kind } = form;
  const targets = linesOf(form.targets);
  const replaces = linesOf(form.replaces);
  const variables = linesOf(form.variables).flatMap((line) => {
    const [, key, value] = VARIABLE.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [{ key, value }];
  });
  return {
    ...(form.message.trim() === '' ? {} : { message: form.message.trim() }),
    plan_only: kind === 'plan_only',
    save_plan: kind === 'save_plan',
    refresh_only: kind === 'refresh_only',
    is_destroy: kind === 'destroy',
    refresh: form.refresh,
    ...(form.autoApply ? { auto_apply: true } : {}),
    allow_empty_apply: form.emptyApply,
    debugging_mode: form.debugging,
    allow_config_generation: form.configGeneration,
    ...(targets.length === 0 ? {} : { target_addrs: targets }),
    ...(replaces.length === 0 ? {} : { replace_addrs: replaces }),
    ...(variables.length === 0 ? {} : { variables }),
    ...(kind === 'plan_only' && form.version.trim() !== '' ? { terraform_version: form.version.trim() } : {}),
  };
}
