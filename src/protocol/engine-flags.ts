/**
 * Flags that variables add to terraform's commands: `TFE_PARALLELISM` and `TF_CLI_ARGS`, also for a single command,
 * as in HCP Terraform. Only flags that do not change what was approved; for the others there is a setting.
 */
const VARIABLES = {
  TFE_PARALLELISM: null,
  TF_CLI_ARGS: null,
  TF_CLI_ARGS_plan: 'plan',
  TF_CLI_ARGS_apply: 'apply',
} as const;

export type FlaggedCommand = 'plan' | 'apply';

interface AllowedFlag {
  commands: readonly FlaggedCommand[];
  /** The whole value; undefined for a flag without one. */
  value: RegExp | undefined;
}

const SWITCH = /^(true|false)?$/;
const BOTH = ['plan', 'apply'] as const;
const ALLOWED: Readonly<Record<string, AllowedFlag>> = {
  '-parallelism': { commands: BOTH, value: /^[1-9]\d{0,2}$/ },
  '-lock-timeout': { commands: BOTH, value: /^\d{1,6}(ms|s|m|h)$/ },
  '-compact-warnings': { commands: BOTH, value: SWITCH },
  '-no-color': { commands: BOTH, value: SWITCH },
  '-refresh': { commands: ['plan'], value: SWITCH },
  '-var-file': { commands: ['plan'], value: /^(?!\/)[^\0]{1,500}$/ },
};

const INSTEAD: Readonly<Record<string, string>> = {
  '-target': 'give the run target-addrs',
  '-replace': 'give the run replace-addrs',
  '-destroy': 'make a run with is-destroy',
  '-refresh-only': 'make a run with refresh-only',
  '-invoke': 'give the run invoke-action-addrs',
  '-generate-config-out': 'make a run with allow-config-generation',
  '-var': 'set a variable of the workspace, a variable set or the run',
  '-chdir': 'set the working-directory of the workspace',
  '-auto-approve': 'set auto-apply',
  '-upgrade': 'change .terraform.lock.hcl',
};

/** Whether a variable of category `env` is read for flags instead of being passed on. */
export const isFlagVariable = (name: string): boolean => Object.hasOwn(VARIABLES, name);

/** The problem of such a variable's value, and its fix; undefined when there is none. */
export function describeFlagProblem(name: string, value: string): string | undefined {
  const read = readFlags(name, value);
  return typeof read === 'string' ? read : undefined;
}

/** The flags that variables (of category `env`, later ones win) add to a command, before the run's own flags. */
export function flagsFor(
  command: FlaggedCommand,
  variables: readonly { key: string; value: string }[],
): readonly string[] {
  const values = new Map(variables.map(({ key, value }) => [key, value]));
  return Object.keys(VARIABLES).flatMap((name) => {
    const of = VARIABLES[name as keyof typeof VARIABLES];
    const value = values.get(name);
    if (value === undefined || (of !== null && of !== command)) return [];
    const read = readFlags(name, value);
    if (typeof read === 'string') return [];
    return read.filter(([flag]) => ALLOWED[flag]?.commands.includes(command)).map(writeFlag);
  });
}

type Flag = readonly [name: string, value: string];

const writeFlag = ([name, value]: Flag): string => (value === '' ? name : `${name}=${value}`);

function readFlags(name: string, value: string): Flag[] | string {
  if (value.trim() === '') return [];
  const isParallelism = name === 'TFE_PARALLELISM';
  const flags: Flag[] | string = isParallelism ? [['-parallelism', value.trim()]] : splitFlags(value);
  if (typeof flags === 'string') return flags;
  const command = VARIABLES[name as keyof typeof VARIABLES];
  for (const [flag, given] of flags) {
    const allowed = Object.hasOwn(ALLOWED, flag) ? ALLOWED[flag] : undefined;
    const isOfCommand = allowed !== undefined && (command === null || allowed.commands.includes(command));
    if (!isOfCommand) return describeForbidden(flag, command);
    if (allowed.value?.test(given) === true && !given.split('/').includes('..')) continue;
    if (isParallelism) return 'must be a whole number from 1 to 999';
    return `${flag} has a value that cannot be used: write it like ${EXAMPLES[flag] ?? `${flag}=true`}`;
  }
  return flags;
}

const EXAMPLES: Readonly<Record<string, string>> = {
  '-parallelism': '-parallelism=4',
  '-lock-timeout': '-lock-timeout=30s',
  '-var-file': '-var-file=env/prod.tfvars, a file of the configuration',
};

function describeForbidden(flag: string, command: FlaggedCommand | null): string {
  const names = Object.keys(ALLOWED).filter(
    (name) => command === null || ALLOWED[name]?.commands.includes(command) === true,
  );
  const instead = Object.hasOwn(INSTEAD, flag) ? `${INSTEAD[flag]}` : 'leave it out';
  return `${flag.slice(0, 40)} cannot be given here: ${instead}. What can be given: ${names.join(', ')}`;
}

/** Splits the text as a shell would; a value may follow its flag after `=` or a space. */
function splitFlags(text: string): Flag[] | string {
  const word = /(?:[^\s"'\\$`]|"[^"\\$`]*"|'[^']*')+/g;
  if (text.replace(word, '').trim() !== '') return 'must be flags, without \\, $ or ` and with closed quotes';
  const words = (text.match(word) ?? []).map((each) => each.replace(/["']/g, ''));
  const flags: Flag[] = [];
  for (let index = 0; index < words.length; index++) {
    const each = words[index] as string;
    if (!each.startsWith('-')) return 'must be flags, each beginning with -';
    const [, name = '', , value] = /^-?(-[^=]*)(=(.*))?$/s.exec(each) ?? [];
    const next = words[index + 1];
    const wantsValue = Object.hasOwn(INSTEAD, name) || ALLOWED[name]?.value?.test('') === false;
    const takesNext = value === undefined && wantsValue && next?.startsWith('-') === false;
    flags.push([name, takesNext ? next : (value ?? '')]);
    if (takesNext) index++;
  }
  return flags;
}
