import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FILE, usesBuiltInOnly } from '../configuration/init-need.ts';
import { layOutModules, type KnownModules } from '../configuration/known-modules.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { holdLocked, linkHeld, readLock } from './step-providers.ts';

/**
 * Makes of a plan's folder what an init would make of it, where everything that it needs is known: the providers of the
 * lock file from the store, and its modules, which are part of it or kept. It asks nobody anything. It may be wrong, since
 * only terraform understands the configuration: a plan then says at once that an init is needed.
 *
 * @returns whether it could
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
 * Puts the providers of the plan in their place, as its lock file names them: not a hash may be added to that, or the
 * plan is refused.
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
