import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { needsInit } from '../configuration/init-need.ts';
import { withBackendPointer } from '../configuration/backend-pointer.ts';
import { layOutModules } from '../configuration/known-modules.ts';
import { readModule } from '../configuration/root-module.ts';
import { engineCan } from '../engines/differences.ts';
import type { Engine } from '../engines/engine.ts';
import { NO_ACCESS, openSshAccess, type SshAccess } from './ssh-access.ts';
import { collectOutput } from '../log/collected-output.ts';
import { formatError } from '../../protocol/log-text.ts';
import { PROVIDER_MIRRORS } from '../../protocol/mirror-path.ts';
import { withoutGitSettings } from '../variables/environment.ts';
import { createStructuredOutput, createTextOutput } from './engine-output.ts';
import { assembleApply, assemblePlan } from './assemble.ts';
import { DiskFull, saysDiskFull } from './disk-full.ts';
import { installWithStore } from './install-providers.ts';
import { findModules, noteModules } from './step-modules.ts';
import type { Prepared } from './prepared.ts';
import { explainExit, runEngine } from './run-engine.ts';
import { findBackendHash, openPlanState, pointAtState, type StateAccess } from './state-access.ts';
import type { StepContext } from './step-context.ts';

/** It is shown when the init fails. */
const MAX_OUTPUT_BYTES = 8 * 1024 ** 2;
/** Of the providers that are there. */
const MAX_NAMED = 10;

export interface PlanStart extends StateAccess {
  /** Does what was left out, where the plan says that it was needed. */
  initAfterAll?: () => Promise<StateAccess>;
}

/**
 * Gets the folder of a plan ready: `terraform init`, unless the configuration can do without or everything is known that
 * it would find out, and the state in its place. Init works on the run's own backend, whatever the configuration says, and finds the providers that only the
 * state names.
 */
export async function initialize(
  context: StepContext,
  prepared: Prepared,
  variableArgs: readonly string[],
): Promise<PlanStart> {
  const { workingDirectory, priorState, engine } = prepared;
  const root = await readModule(workingDirectory, engine.product);
  const early = earlyVariables(engine, variableArgs);
  const hash = await findBackendHash(context, prepared, root, early);
  const open = () => openPlanState(context, prepared, root, hash);
  if (!(await needsInit(root, workingDirectory, priorState))) return await open();
  const install = async () => {
    await installWithStore(context, prepared, root, async (environment) => {
      const ssh = await openSshAccess(context, prepared);
      try {
        return await runInit(context, prepared, { flags: early, environment }, ssh);
      } finally {
        await ssh.close();
      }
    });
    await noteModules(context, prepared);
  };
  const modules = await findModules(context, prepared);
  if (await assemblePlan(context, prepared, modules)) {
    await noteModules(context, prepared);
  } else {
    if (modules.packages.length > 0 && !(await isInitialized(prepared)))
      await layOutModules(workingDirectory, modules);
    await install();
    return await open();
  }
  const initAfterAll = async () => {
    await install();
    return await open();
  };
  return { ...(await open()), initAfterAll };
}

/** A configuration may bring a folder of the engine's along. */
const isInitialized = async ({ workingDirectory }: Prepared): Promise<boolean> =>
  (await lstat(join(workingDirectory, '.terraform')).catch(() => undefined)) !== undefined;

/**
 * Installs the providers of the plan's lock file, and nothing else: modules lie there already, as the plan left them,
 * and no program of the configuration's runs.
 */
export async function installProviders(
  context: StepContext,
  prepared: Prepared,
  variableArgs: readonly string[],
): Promise<void> {
  if (await assembleApply(context, prepared)) return;
  const flags = ['-get=false', '-lockfile=readonly', ...earlyVariables(prepared.engine, variableArgs)];
  await installWithStore(context, prepared, undefined, (environment) =>
    runInit(context, prepared, { flags, environment }, NO_ACCESS),
  );
}

/**
 * What it prints gets into the log only when it fails: the third header line stands for the rest.
 *
 * @returns what it printed
 */
async function runInit(
  context: StepContext,
  prepared: Prepared,
  { flags, environment: more }: { flags: readonly string[]; environment: Record<string, string> },
  ssh: SshAccess,
): Promise<string> {
  const { engine } = prepared;
  const isJson = context.step.workspace.structuredRunOutput && engineCan(engine, 'init as JSON');
  const output = collectOutput('init', MAX_OUTPUT_BYTES);
  const json = isJson ? ['-json'] : [];
  const args = ['init', '-input=false', '-backend=false', '-no-color', ...json, ...flags];
  const environment = {
    ...withoutGitSettings(prepared.environment),
    ...ssh.environment,
    // Git reads no SSL_CERT_FILE.
    ...(prepared.authoritiesFile !== undefined && { GIT_SSL_CAINFO: prepared.authoritiesFile }),
    ...more,
    TF_WORKSPACE: context.step.workspace.name,
  };
  const call = { args, environment, onOutput: output.add, onErrors: output.add, holdsNothing: true };
  const init = () => runEngine(context, prepared, call);
  // OpenTofu decrypts no state in an init without a backend, and fails at one. What only the state names is not found then.
  const exit = prepared.priorState?.isEncrypted
    ? await init()
    : await withBackendPointer(prepared.workingDirectory, pointAtState(prepared), init);
  if (exit.code === 0) return output.kept().toString('utf8');

  const text = output.kept();
  const shown = isJson ? keepDiagnostics(text) : text;
  if (context.control.reason() === undefined && saysDiskFull(text)) throw new DiskFull(shown);
  context.stepLog.write(shown);
  const withheld = Object.keys(prepared.environment).filter((name) => !(name in environment));
  for (const { summary, detail } of [
    ssh.hint,
    explainWithheld(withheld),
    explainSource(context, shown),
  ].filter((hint) => hint !== undefined)) {
    context.stepLog.write(
      Buffer.from(formatError(context.step.workspace.structuredRunOutput, summary, detail)),
    );
  }
  const reader = isJson ? createStructuredOutput() : createTextOutput();
  reader.read(shown);
  throw explainExit(context, `${engine.product.toLowerCase()} init`, exit, reader.firstError());
}

function explainWithheld(names: readonly string[]): { summary: string; detail: string } | undefined {
  if (names.length === 0) return undefined;
  const detail =
    'Plans and applies have them, the fetching of modules does not: settings of git can name programs to run. Give the workspace an SSH key for private modules.';
  return { summary: `The init was made without ${[...names].sort().join(', ')}`, detail };
}

/** What a runner has that does not ask registries, where an init lacks something. */
function explainSource(
  { settings, providers, step }: StepContext,
  shown: Buffer,
): { summary: string; detail: string } | undefined {
  if (settings.usesMirror) {
    const { name } = step.organization;
    if (!shown.includes(PROVIDER_MIRRORS)) return undefined;
    const detail =
      `Providers come from the mirror of ${name}, and from no registry. "runwright mirror list ${name}" shows what it has, ` +
      `"runwright mirror upload ${name} FOLDER" adds what "terraform providers mirror FOLDER" has fetched elsewhere.`;
    return { summary: 'This runner asks no registry for providers', detail };
  }
  if (!settings.isSealed) return undefined;
  const there = [...providers.held.keys()].sort().slice(0, MAX_NAMED).join(', ');
  const detail =
    `It has ${there === '' ? 'no provider that this configuration names' : there}. Bring others with "runwright providers export" on a ` +
    'runner that reaches the registry, and "runwright providers import" here.';
  return { summary: 'This runner fetches no providers', detail };
}

/** What a command that only loads the configuration is told too, where sources of modules and backends may depend on it. */
export const earlyVariables = (engine: Engine, variableArgs: readonly string[]): readonly string[] =>
  engineCan(engine, 'load with variables') ? variableArgs : [];

/** The diagnostics among the lines; all of them if there is none. */
function keepDiagnostics(text: Buffer): Buffer {
  const lines = text.toString('utf8').split('\n');
  const diagnostics = lines.filter((line) => line.startsWith('{') && line.includes('"type":"diagnostic"'));
  return diagnostics.length > 0 ? Buffer.from(`${diagnostics.join('\n')}\n`) : text;
}
