import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ProviderUse } from '../../protocol/agent.ts';
import { LOCK_FILE } from '../configuration/init-need.ts';
import { addHashes, readLockFile, type LockEntry } from '../providers/lock-file.ts';
import { addressOf, namePackage, pathOf } from '../../protocol/package-name.ts';
import type { HeldPackage } from '../providers/provider-store.ts';
import type { StepProviders } from '../providers/held-providers.ts';
import { findMatch } from '../providers/satisfy.ts';
import { readLeftFile } from '../sandbox/left-file.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';

const MAX_LOCK_BYTES = 1024 ** 2;

export interface Lock {
  text: string;
  entries: LockEntry[];
}

export interface LockState extends Lock {
  /** Entries without a stored package. */
  missing: LockEntry[];
}

/** Undefined where there is no lock file, or one that only terraform can judge. */
export async function readLock({ workingDirectory }: Prepared): Promise<Lock | undefined> {
  const bytes = await readLeftFile(workingDirectory, join(workingDirectory, LOCK_FILE), MAX_LOCK_BYTES).catch(
    () => undefined,
  );
  const text = bytes?.toString('utf8');
  const entries = text === undefined ? undefined : readLockFile(text);
  return text === undefined || !entries ? undefined : { text, entries };
}

/**
 * Holds the stored packages that the lock file wants, and adds their hashes to it as terraform would after a
 * download. The user's own lock file stays unchanged: this one is the run's.
 *
 * @param options.asItIs holds only packages that need no added hash
 */
export async function holdLocked(
  providers: StepProviders,
  prepared: Prepared,
  lock: Lock,
  { asItIs = false } = {},
): Promise<LockState> {
  const { platform } = prepared.engine;
  const local = new Set(prepared.mirrors.flatMap(({ addresses }) => addresses));
  const missing: LockEntry[] = [];
  const added: { entry: LockEntry; hash: string }[] = [];
  for (const entry of lock.entries) {
    const name = namePackage(entry.address, entry.version, platform);
    const packages =
      name && !local.has(entry.address)
        ? await providers.store.find(providers.scopes.wanted(name), name)
        : [];
    const match = findMatch(entry, packages);
    const isEnough = match && !(asItIs && match.missingHash !== undefined);
    if (!isEnough || !(await hold(providers, match.meta))) {
      missing.push(entry);
      continue;
    }
    if (match.missingHash !== undefined) added.push({ entry, hash: match.missingHash });
  }
  if (added.length > 0) {
    const file = join(prepared.workingDirectory, LOCK_FILE);
    await rm(file);
    await writeFile(file, addHashes(lock.text, added), { flag: 'wx' });
  }
  return { ...lock, missing };
}

/** A step has one package for each provider and version. */
export async function hold(
  providers: StepProviders,
  meta: HeldPackage['meta'],
): Promise<HeldPackage | undefined> {
  const key = `${addressOf(meta)} ${meta.version}`;
  const there = providers.held.get(key);
  if (there) return there.meta.h1 === meta.h1 ? there : undefined;
  const held = await providers.store.hold(meta);
  if (held) providers.held.set(key, held);
  return held;
}

/** Shows the package to every later command of the step. @returns its place as the run sees it */
export function show({ sandbox }: StepContext, { box }: Prepared, held: HeldPackage): string {
  const innerFolder = sandbox.innerProvider(held.folder, pathOf(held.meta));
  if (!box.shownFolders.some((shown) => shown.innerFolder === innerFolder))
    box.shownFolders.push({ hostFolder: held.folder, innerFolder });
  return innerFolder;
}

/** Puts the packages where an init would, each as a link. */
export async function linkHeld(
  context: StepContext,
  prepared: Prepared,
  providers: StepProviders,
): Promise<void> {
  const root = join(prepared.workingDirectory, '.terraform', 'providers');
  for (const held of providers.held.values()) {
    const place = join(root, pathOf(held.meta));
    await mkdir(dirname(place), { recursive: true });
    await symlink(show(context, prepared, held), place);
    note(providers, held, 'store', 0);
  }
}

export function note(
  { uses }: StepProviders,
  { meta }: HeldPackage,
  source: ProviderUse['source'],
  milliseconds: number,
): void {
  const { version, h1, proof, sizeBytes } = meta;
  uses.push({ address: addressOf(meta), version, h1, proof, source, sizeBytes, milliseconds });
}
