import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FILE, usesBuiltInOnly } from '../configuration/init-need.ts';
import { layOutModules, type KnownModules } from '../configuration/known-modules.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { holdLocked, linkHeld, readLock } from './step-providers.ts';

/**
 * Prepares a plan's folder without an init, where everything that it needs is known: the providers of the lock file
 * are in the store, and its modules are local or kept. No registry is asked. The result may be wrong, since only
 * terraform understands the configuration: then the plan says at once that an init is needed.
 *
 * @returns whether it succeeded
 */
export async function assemblePlan(
  context: StepContext,
  prepared: Prepared,
  modules: KnownModules,
): Promise<boolean> {
  const { workingDirectory, priorState } = prepared;
  if (await isThere(join(workingDirectory, '.terraform'))) return false;
  if (!modules.isComplete) return false;
  const lock = await readLock(prepared);
  if (lock) {
    if ((await holdLocked(context.providers, prepared, lock)).missing.length > 0) return false;
  } else if (await isThere(join(workingDirectory, LOCK_FILE))) {
    return false;
  } else if (!usesBuiltInOnly(modules.texts, priorState)) {
    return false;
  }
  await linkHeld(context, prepared, context.providers);
  await layOutModules(workingDirectory, modules);
  return true;
}

/**
 * Puts the plan's providers in their place, as its lock file names them: the file must not change by a single hash,
 * or the plan is refused.
 *
 * @returns whether the store has all of them
 */
export async function assembleApply(context: StepContext, prepared: Prepared): Promise<boolean> {
  const dataFolder = join(prepared.workingDirectory, '.terraform');
  const lock = await readLock(prepared);
  if (!lock) return false;
  const { missing } = await holdLocked(context.providers, prepared, lock, { asItIs: true });
  if (missing.length > 0) return false;
  const stats = await lstat(dataFolder).catch(() => undefined);
  if (stats && !stats.isDirectory()) return false;
  await rm(join(dataFolder, 'providers'), { recursive: true, force: true });
  await linkHeld(context, prepared, context.providers);
  return true;
}

const isThere = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => undefined)) !== undefined;
