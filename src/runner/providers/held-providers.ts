import type { ProviderUse, Step } from '../../protocol/agent.ts';
import type { RunnerSettings } from '../settings.ts';
import { openProviderStore, type HeldPackage, type ProviderStore } from './provider-store.ts';
import { scopesOf, type Scopes } from './scopes.ts';

/** The stored providers of one step, and what is told of all that it works with. */
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

export function releaseProviders({ held }: StepProviders): void {
  for (const { release } of held.values()) release();
  held.clear();
}
