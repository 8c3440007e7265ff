import type { FinishRequest, ProviderUse, Step } from '../../protocol/agent.ts';
import type { RunnerSettings } from '../settings.ts';
import { awaitApply, endAwait } from './awaited.ts';
import { storedName } from './package-meta.ts';
import { openProviderStore, type HeldPackage, type ProviderStore } from './provider-store.ts';
import { scopesOf, type Scopes } from './scopes.ts';

/** The stored providers of one step, and a report of all providers that the step works with. */
export interface StepProviders {
  store: ProviderStore;
  scopes: Scopes;
  /** By address and version. */
  held: Map<string, HeldPackage>;
  uses: ProviderUse[];
}

export function openStepProviders(
  { url, providerFolder }: Pick<RunnerSettings, 'url' | 'providerFolder'>,
  log: RunnerSettings['log'],
  { organization }: Pick<Step, 'organization'>,
): StepProviders {
  const store = openProviderStore(providerFolder, log);
  const scopes = scopesOf(url, organization.id ?? organization.name);
  return { store, scopes, held: new Map(), uses: [] };
}

/** Keeps the packages of a plan for the apply that may follow; an apply ends that. */
export async function keepForApply(
  { store, held }: StepProviders,
  { phase, run }: Pick<Step, 'phase' | 'run'>,
  outcome: FinishRequest['outcome'],
): Promise<void> {
  if (phase === 'apply') return await endAwait(store.folder, run.id);
  if (outcome !== 'succeeded' || run.planOnly) return;
  const stored = [...held.values()].map(({ meta }) => storedName(meta.h1));
  await awaitApply(store.folder, run.id, stored);
}

export function releaseProviders({ held }: StepProviders): void {
  for (const { release } of held.values()) release();
  held.clear();
}
