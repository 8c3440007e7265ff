import { createHash } from 'node:crypto';
import { join, posix } from 'node:path';
import { readManifest } from '../configuration/installed-modules.ts';
import { findKnownModules, type KeptModule, type KnownModules } from '../configuration/known-modules.ts';
import { findCalls, type ModuleCall } from '../configuration/module-calls.ts';
import { readModuleOrigins } from '../configuration/module-origins.ts';
import { readModule } from '../configuration/root-module.ts';
import { readImmutable } from '../modules/immutable-source.ts';
import { findKeptModule, keepModule, type KeptPackage } from '../modules/module-cache.ts';
import { StrangePackage } from '../providers/package-files.ts';
import type { Prepared } from './prepared.ts';
import type { StepContext } from './step-context.ts';

const MODULES = '.terraform/modules';
/** The values of variables of the configuration, which no init uses to fetch anything. */
const VALUE = /^TF_VAR_/;

/** The modules that are already there: in the configuration, or kept from earlier runs with the same access. */
export async function findModules(context: StepContext, prepared: Prepared): Promise<KnownModules> {
  const { root, workingDirectory, engine } = prepared;
  const findKept = async (call: ModuleCall): Promise<KeptModule | undefined> => {
    const immutable = readImmutable(call);
    return immutable && (await findKeptModule(rootOf(context), scopeOf(context), immutable));
  };
  return await findKnownModules(root, workingDirectory, engine.product, findKept);
}

/**
 * Records the plan's modules from other sources, and keeps those for later runs whose names fix their files. Called
 * before anything of the run could change them.
 */
export async function noteModules(context: StepContext, prepared: Prepared): Promise<void> {
  const { workingDirectory } = prepared;
  const uses = await readModuleOrigins(workingDirectory, context.secrets.masker.text);
  const manifest = (await readManifest(workingDirectory)) ?? [];
  const byKey = new Map(manifest.map((each) => [each.Key, each]));
  const calls = new Map<string, Promise<ModuleCall[] | undefined>>();
  const callsOf = async (key: string) => {
    const parent = byKey.get(key);
    if (parent === undefined) return undefined;
    const texts = async () =>
      findCalls(await readModule(join(workingDirectory, parent.Dir), prepared.engine.product));
    const known = calls.get(key) ?? texts();
    calls.set(key, known);
    return await known;
  };
  for (const use of uses) {
    const [name = '', ...parents] = use.key.split('.').toReversed();
    const call = (await callsOf(parents.toReversed().join('.')))?.find((each) => each.name === name);
    const immutable = call && readImmutable(call);
    const record = byKey.get(use.key);
    if (!immutable || !record) continue;
    const kept = await findKeptModule(rootOf(context), scopeOf(context), immutable);
    if (kept) addCommit(use, kept);
    else if (immutable.commit === undefined || immutable.commit === use.commit)
      await keep(context, prepared, immutable, { ...record, commit: use.commit });
  }
  context.modules = uses;
}

/** Adds the commit, since git's own folder is not kept with a module. */
function addCommit(use: { commit?: string | undefined }, { commit }: KeptPackage): void {
  if (use.commit === undefined && commit !== undefined) use.commit = commit;
}

async function keep(
  context: StepContext,
  { workingDirectory }: Prepared,
  call: NonNullable<ReturnType<typeof readImmutable>>,
  record: { Source?: string; Version?: string; Dir: string; commit?: string | undefined },
): Promise<void> {
  const { Source = '', Version, commit } = record;
  const dir = posix.normalize(record.Dir);
  const place = dir.split('/').slice(0, 3).join('/');
  if (!place.startsWith(`${MODULES}/`)) return;
  const facts = {
    ...{ source: Source, inner: posix.relative(place, dir), folder: join(workingDirectory, place) },
    ...(Version !== undefined && Version !== '' && { version: Version }),
    ...(commit !== undefined && { commit }),
  };
  try {
    await keepModule(rootOf(context), scopeOf(context), call, facts);
  } catch (error) {
    if (!(error instanceof StrangePackage) && (error as NodeJS.ErrnoException).code === undefined)
      throw error;
    context.log('warn', 'a module is not kept for other runs', { error: String(error) });
  }
}

const rootOf = ({ providers }: StepContext): string => providers.store.folder.root;

/**
 * A run finds only modules that were fetched for the same organization, with the same SSH key and the same environment:
 * a proxy or an authority of certificates decides what is fetched as much as a credential does.
 */
function scopeOf({ providers, step }: StepContext): string[] {
  const environment = step.variables
    .filter(({ key, category }) => category === 'env' && !VALUE.test(key))
    .map(({ key, value }) => [key, value])
    .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1));
  const access = createHash('sha256')
    .update(JSON.stringify([step.sshKey, environment]))
    .digest('hex');
  return [providers.scopes.own, access];
}
