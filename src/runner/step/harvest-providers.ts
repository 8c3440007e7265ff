import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeRoom, storeLimits } from '../providers/evict.ts';
import { listInstalled, type InstalledPackage } from '../providers/installed.ts';
import type { LockEntry } from '../providers/lock-file.ts';
import { formatWarning } from '../../protocol/log-text.ts';
import { addressOf, type PackageName } from '../../protocol/package-name.ts';
import { StrangePackage } from '../providers/package-files.ts';
import { storePackage, type PackageOrigin } from '../providers/populate.ts';
import { findProof, isSigned, isVerified, readProofs } from '../providers/proofs.ts';
import { saysWhich } from '../providers/satisfy.ts';
import { makeRoomForInit } from './disk-full.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';
import { note, readLock, show } from './step-providers.ts';

export interface Harvested {
  /** The lock file before the init. */
  former: readonly LockEntry[];
  /** The output of the init. */
  said: string;
  /** The path on the host. */
  cache: string;
  milliseconds: number;
}

/**
 * Moves the packages that an init has fetched into the store, and records the origin of every provider of the run.
 * The init's sandbox is gone: nothing can reach them any more. A package that is not stored stays with the run.
 */
export async function harvest(context: StepContext, prepared: Prepared, harvested: Harvested): Promise<void> {
  const { log, step } = context;
  const lock = (await readLock(prepared))?.entries ?? [];
  const local = new Set(prepared.mirrors.flatMap(({ addresses }) => addresses));
  const proofs = readProofs(harvested.said);
  const folder = join(prepared.workingDirectory, '.terraform', 'providers');
  const fetched = await listInstalled(folder, harvested.cache, prepared.inner(harvested.cache));
  for (const { name, folder: place } of fetched) {
    const address = addressOf(name);
    const isSame = (entry: LockEntry) => entry.address === address && entry.version === name.version;
    const hashes = lock.find(isSame)?.hashes ?? [];
    const words = findProof(proofs, address, name.version)?.words ?? '';
    const wanted = harvested.former.find(isSame);
    // The only source was the organization's own mirror, which lists its packages.
    const isMirrored = context.settings.usesMirror === true && isVerified(words);
    const isChecked = isSigned(words) || isMirrored || (wanted !== undefined && saysWhich(wanted));
    if (local.has(address) || !isChecked) continue;
    const origin: PackageOrigin = {
      ...{ name, hashes, proof: isSigned(words) || isMirrored ? words : 'in the lock file' },
      signedArchives: isSigned(words) ? hashes.filter((hash) => hash.startsWith('zh:')) : [],
      fetchedBy: { organization: step.organization.name, run: step.run.id },
    };
    try {
      await keep(context, prepared, { name, folder: place }, origin, harvested.milliseconds);
    } catch (error) {
      if (!(error instanceof StrangePackage) && (error as NodeJS.ErrnoException).code === undefined)
        throw error;
      log('warn', 'a provider is not kept for other runs', {
        provider: `${address} ${name.version}`,
        error: String(error),
      });
    }
  }
  for (const entry of lock) noteOrigin(context, entry, local, proofs);
}

async function keep(
  context: StepContext,
  prepared: Prepared,
  { name, folder }: InstalledPackage,
  origin: PackageOrigin,
  milliseconds: number,
): Promise<void> {
  const { providers, limits } = context;
  const { store, scopes } = providers;
  const room = await storeLimits(store.folder.root, limits.providerStoreBytes);
  const take = async () =>
    await storePackage(store, scopes.kept(name), folder, origin, async (sizeBytes) => {
      if (sizeBytes > room.bytes) throw new StrangePackage('it is larger than the store may be');
      await makeRoom(store.folder, room, sizeBytes);
    });
  const held = await take().catch(async (error: NodeJS.ErrnoException) => {
    // A store on another disk than the run needs a copy, for which there was no room yet.
    if (error.code !== 'ENOSPC' || !(await makeRoomForInit(context))) throw error;
    return await take();
  });
  await warnOfOthers(context, name, held.meta.h1);
  providers.held.set(`${addressOf(name)} ${name.version}`, held);
  await symlink(show(context, prepared, held), folder);
  note(providers, held, 'registry', milliseconds);
}

/** Each version is built once: users should know about different contents under one version before they use them. */
async function warnOfOthers(context: StepContext, name: PackageName, h1: string): Promise<void> {
  const { providers, step, stepLog, log } = context;
  const kept = await providers.store.find(providers.scopes.kept(name), name);
  const others = kept.filter((each) => each.h1 !== h1);
  if (others.length === 0) return;
  const which = `${addressOf(name)} ${name.version}`;
  log('warn', 'a registry has other contents for a version than before', { provider: which, h1 });
  const detail =
    `The registry gave ${which} with the hash ${h1}; an earlier run had ${others.map((each) => each.h1).join(', ')}. ` +
    'It was published anew, or somebody changed it on its way. A lock file keeps runs to the one that is right.';
  const summary = 'A provider has other contents than before';
  stepLog.write(Buffer.from(formatWarning(step.workspace.structuredRunOutput, summary, detail)));
}

/** Records a provider that was there already, or is not kept. */
function noteOrigin(
  { providers }: StepContext,
  { address, version, hashes }: LockEntry,
  local: ReadonlySet<string>,
  proofs: ReturnType<typeof readProofs>,
): void {
  if (providers.uses.some((use) => use.address === address && use.version === version)) return;
  const held = providers.held.get(`${address} ${version}`);
  if (held) return note(providers, held, 'store', 0);
  const h1 = hashes.find((hash) => hash.startsWith('h1:'));
  providers.uses.push({
    ...{ address, version, ...(h1 !== undefined && { h1 }) },
    proof: findProof(proofs, address, version)?.words ?? '',
    ...{ source: local.has(address) ? 'configuration' : 'registry', sizeBytes: 0, milliseconds: 0 },
  });
}
