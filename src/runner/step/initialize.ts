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

/** The limit of the output that is shown when an init fails. */
const MAX_OUTPUT_BYTES = 8 * 1024 ** 2;
/** The number of available providers that are listed. */
const MAX_NAMED = 10;

export interface PlanStart extends StateAccess {
  /** Makes the skipped init, when the plan says that it is needed. */
  initAfterAll?: () => Promise<StateAccess>;
}

/**
 * Prepares the folder of a plan: `terraform init`, unless the configuration needs none or its whole result is known,
 * and the state in its place. Init uses the run's own backend, whatever the configuration says, and finds the
 * providers that only the state names.
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

/** A configuration may contain the engine's own folder. */
const isInitialized = async ({ workingDirectory }: Prepared): Promise<boolean> =>
  (await lstat(join(workingDirectory, '.terraform')).catch(() => undefined)) !== undefined;

/**
 * Installs the providers of the plan's lock file, and nothing else: modules are already there, as the plan left them,
 * and no program of the configuration runs.
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
 * The log gets the output only when the init fails: otherwise the third header line stands for it.
 *
 * @returns the output
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
    // Git does not read SSL_CERT_FILE.
    ...(prepared.authoritiesFile !== undefined && { GIT_SSL_CAINFO: prepared.authoritiesFile }),
    ...more,
    TF_WORKSPACE: context.step.workspace.name,
  };
  const call = { args, environment, onOutput: output.add, onErrors: output.add, holdsNothing: true };
  const init = () => runEngine(context, prepared, call);
  // OpenTofu's init cannot decrypt a state, and fails. Providers that only the state names are not found then.
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

/** The providers of a runner that asks no registry, for an init that lacks one. */
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
    // The mirror could not get it from the registry either; terraform shows no more of its answer than the status.
    const isAway = /\b(?:409|422|503)\b/.test(shown.toString('utf8'));
    const reason = isAway ? ' The log of the server says why it could not be fetched from its registry.' : '';
    return { summary: 'This runner asks no registry for providers', detail: detail + reason };
  }
  if (!settings.isSealed) return undefined;
  const there = [...providers.held.keys()].sort().slice(0, MAX_NAMED).join(', ');
  const detail =
    `It has ${there === '' ? 'no provider that this configuration names' : there}. Bring others with "runwright providers export" on a ` +
    'runner that reaches the registry, and "runwright providers import" here.';
  return { summary: 'This runner fetches no providers', detail };
}

/** Variables for commands that load the configuration, where sources of modules and backends may depend on them. */
export const earlyVariables = (engine: Engine, variableArgs: readonly string[]): readonly string[] =>
  engineCan(engine, 'load with variables') ? variableArgs : [];

/** The diagnostics among the lines; all lines if there is none. */
function keepDiagnostics(text: Buffer): Buffer {
  const lines = text.toString('utf8').split('\n');
  const diagnostics = lines.filter((line) => line.startsWith('{') && line.includes('"type":"diagnostic"'));
  return diagnostics.length > 0 ? Buffer.from(`${diagnostics.join('\n')}\n`) : text;
}
