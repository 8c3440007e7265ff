import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModuleTexts } from '../configuration/root-module.ts';
import { engineCan } from '../engines/differences.ts';
import { takeTurn } from '../providers/flight.ts';
import type { LockEntry } from '../providers/lock-file.ts';
import { addressOf, pathOf } from '../../protocol/package-name.ts';
import { isSigned } from '../providers/proofs.ts';
import type { PackageMeta } from '../providers/package-meta.ts';
import type { HeldPackage } from '../providers/provider-store.ts';
import { DiskFull, explainDiskFull, makeRoomForInit } from './disk-full.ts';
import { harvest } from './harvest-providers.ts';
import { configureEngine, type Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { StepCanceled } from '../step-failure.ts';
import { pluginFolders } from './step-folder.ts';
import { hold, holdLocked, readLock, show } from './step-providers.ts';

/** Runs an init with these additional variables, and returns its output. */
export type RunInit = (environment: Record<string, string>) => Promise<string>;

/** The limit of packages per provider for an init to choose from, where the lock file does not name the provider. */
const MAX_CHOICE = 20;

/**
 * Runs an init for the providers that the store lacks, offers it the store's packages, and moves the fetched ones
 * into the store. If several steps want the same provider, one fetches it, and the others wait.
 *
 * @param root the texts of the root module; undefined where the lock file names everything that is wanted
 */
export async function installWithStore(
  context: StepContext,
  prepared: Prepared,
  root: ModuleTexts | undefined,
  runInit: RunInit,
): Promise<void> {
  const { providers } = context;
  const { isSealed } = context.settings;
  const { mirror, cache } = pluginFolders(context.folder);
  const former = await readLock(prepared);
  // The lock file of a plan that is applied must not change.
  const asItIs = root === undefined;
  const missing = former ? (await holdLocked(providers, prepared, former, { asItIs })).missing : [];
  const turn = await awaitTurn(context, prepared, root, former ? missing : undefined);
  try {
    // An earlier step may have fetched them meanwhile.
    const lock = await readLock(prepared);
    if (lock) await holdLocked(providers, prepared, lock, { asItIs });
    const locked = [...providers.held.values()];
    if (root) await holdChoice(context, prepared, root, lock?.entries ?? []);
    const choice = [...providers.held.values()].filter((held) => !locked.includes(held));
    await rm(join(prepared.workingDirectory, '.terraform', 'providers'), { recursive: true, force: true });
    await layOut(context, prepared, mirror, isSealed ? [...locked, ...choice] : locked);
    await layOut(context, prepared, cache, isSealed ? [] : choice);
    if (locked.length > 0) {
      const wanted = { path: prepared.inner(mirror), addresses: locked.map(({ meta }) => addressOf(meta)) };
      const { mirrors, box, inner } = prepared;
      await configureEngine(context, box.cliConfigFile, isSealed ? mirrors : [...mirrors, wanted], inner);
    }
    const startedAt = performance.now();
    const init = async () =>
      await runInit({
        // Archives are hundreds of megabytes, and /tmp may be memory.
        TMPDIR: prepared.inner(join(context.folder.box, 'tmp')),
        ...(choice.length > 0 &&
          !isSealed && {
            TF_PLUGIN_CACHE_DIR: prepared.inner(cache),
            // Every package in the cache is signed.
            TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: '1',
          }),
      });
    const said = await init().catch(async (error: unknown) => {
      if (!(error instanceof DiskFull)) throw error;
      if (!(await makeRoomForInit(context))) throw error;
      await rm(join(prepared.workingDirectory, '.terraform', 'providers'), { recursive: true, force: true });
      await layOut(context, prepared, cache, isSealed ? [] : choice);
      return await init();
    });
    const milliseconds = Math.round(performance.now() - startedAt);
    await harvest(context, prepared, { former: former?.entries ?? [], said, cache, milliseconds });
  } catch (error) {
    if (!(error instanceof DiskFull)) throw error;
    context.stepLog.write(error.shown);
    throw await explainDiskFull(context, error);
  } finally {
    turn?.();
  }
}

/** `missing`: undefined where there is no lock file, and only the configuration says what will be fetched. */
async function awaitTurn(
  { providers, control, log }: StepContext,
  { engine }: Prepared,
  root: ModuleTexts | undefined,
  missing: readonly LockEntry[] | undefined,
): Promise<(() => void) | undefined> {
  if (missing?.length === 0) return undefined;
  const what = missing
    ? missing.map(({ address, version }) => `${address} ${version}`).sort()
    : [...(root?.texts.values() ?? [])];
  const key = [providers.scopes.own, engine.platform, ...what];
  const startedAt = performance.now();
  let turn: (() => void) | undefined;
  try {
    turn = await takeTurn(providers.store.folder.flights, key, () => control.reason() !== undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    // Without its store a runner does what terraform alone would do.
    log('warn', 'runs do not wait for each other: the store of providers cannot be written', {
      error: String(error),
    });
    return undefined;
  }
  if (!turn) throw new StepCanceled();
  const waitedMs = Math.round(performance.now() - startedAt);
  if (waitedMs > 1_000) log('info', 'waited for another run that fetched providers', { waitedMs });
  return turn;
}

/** Holds packages of the providers that the configuration seems to name and the lock file does not. */
async function holdChoice(
  { providers, settings }: StepContext,
  { engine, mirrors }: Prepared,
  { texts }: ModuleTexts,
  locked: readonly LockEntry[],
): Promise<void> {
  const { isSealed } = settings;
  if (!isSealed && !engineCan(engine, 'trust a plugin cache without a lock file')) return;
  const text = [...texts.values()].join('\n');
  const others = new Set([
    ...locked.map(({ address }) => address),
    ...mirrors.flatMap(({ addresses }) => addresses),
  ]);
  const all = await providers.store.listProviders(providers.scopes.chosen, engine.platform);
  for (const provider of all) {
    const address = `${provider.host}/${provider.namespace}/${provider.type}`;
    const isNamed =
      text.includes(`${provider.namespace}/${provider.type}`) || text.includes(`"${provider.type}_`);
    if (others.has(address) || !(isNamed || isSealed)) continue;
    const packages = await providers.store.list(providers.scopes.chosen, provider);
    const choice = onePerVersion(packages.filter(({ proof }) => isSealed || isSigned(proof))).slice(
      0,
      MAX_CHOICE,
    );
    for (const meta of choice) await hold(providers, meta);
  }
}

/** If a version came twice with different bytes, nothing tells which is right, so both are left out. */
function onePerVersion(packages: readonly PackageMeta[]): PackageMeta[] {
  const counts = new Map<string, number>();
  for (const { version } of packages) counts.set(version, (counts.get(version) ?? 0) + 1);
  return packages.filter(({ version }) => counts.get(version) === 1);
}

/** Makes a folder of links to packages that the run sees, in the layout of mirrors and plugin caches. */
async function layOut(
  context: StepContext,
  prepared: Prepared,
  folder: string,
  packages: readonly HeldPackage[],
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const held of packages) {
    const place = join(folder, pathOf(held.meta));
    await mkdir(dirname(place), { recursive: true });
    await symlink(show(context, prepared, held), place);
  }
}
