import { join, relative } from 'node:path';
import { writeBackendPointer, type BackendPointer } from '../configuration/backend-pointer.ts';
import { mayMention, type ModuleTexts } from '../configuration/root-module.ts';
import { readInstalledModules } from '../configuration/installed-modules.ts';
import { WORKSPACE_NAME } from '../plan-file/plan-file.ts';
import type { Prepared } from './prepared.ts';
import { runEngine } from './run-engine.ts';
import type { StepContext } from './step-context.ts';

/** Flags and variables that tell the engine where the run's state is. */
export interface StateAccess {
  args: string[];
  environment: Record<string, string>;
}

/** A block of either kind, even in JSON or with comments inside; `cloud-init` does not match. */
const BACKEND_BLOCK = /\b(backend|cloud)\b(?=\s*["{/#\w])/;
const HASH = /built configuration for "[^"]*" backend with hash value (\d+)/;
const NO_HASH = '0';

/** The state's place as the engine names it, relative to its working directory: the same text in every run. */
export function pointAtState({ workingDirectory, locations }: Prepared, hash = NO_HASH): BackendPointer {
  const path = relative(workingDirectory, locations.local);
  return { path, workspaceFolder: join(path, '..', '..'), hash };
}

/**
 * The number that the engine computes from the configuration's backend block, read from its own trace: it loads the
 * root module and stops, before it has started anything of the run. Undefined where there is no such block.
 */
export async function findBackendHash(
  context: StepContext,
  prepared: Prepared,
  root: ModuleTexts,
  variableArgs: readonly string[],
): Promise<string | undefined> {
  if (!mayMention(root, BACKEND_BLOCK)) return undefined;
  const { TF_LOG_PATH: _file, ...environment } = prepared.environment;
  let hash: string | undefined;
  await runEngine(context, prepared, {
    args: ['state', 'list', ...variableArgs],
    environment: { ...environment, TF_LOG: 'TRACE' },
    onOutput: () => undefined,
    // Two runs of the same block have the same number.
    onErrors: (lines) => void (hash ??= HASH.exec(lines.toString('latin1'))?.[1]),
  });
  return hash;
}

/**
 * With a backend block the pointer names the place of the state. Without one a flag does, and the workspace stays
 * `default` unless the configuration reads its name: the engine would make a folder for another one.
 */
export async function openPlanState(
  { step }: StepContext,
  prepared: Prepared,
  root: ModuleTexts,
  hash: string | undefined,
): Promise<StateAccess> {
  const named = { ...prepared.environment, TF_WORKSPACE: step.workspace.name };
  if (hash !== undefined) {
    await writeBackendPointer(prepared.workingDirectory, pointAtState(prepared, hash));
    return { args: [], environment: named };
  }
  const modules = await readInstalledModules(prepared);
  const all = [root, ...modules];
  const isNamed = all.some((each) => mayMention(each, WORKSPACE_NAME));
  return { args: stateFlag(prepared), environment: isNamed ? named : prepared.environment };
}

/** The plan file holds the workspace and backend of the plan; the flag names the same file as its backend. */
export function openApplyState(prepared: Prepared, plannedWorkspace: string): StateAccess {
  const environment = { ...prepared.environment };
  if (plannedWorkspace !== 'default') environment['TF_WORKSPACE'] = plannedWorkspace;
  return { args: stateFlag(prepared), environment };
}

const stateFlag = (prepared: Prepared): string[] => [`-state=${pointAtState(prepared).path}`];
