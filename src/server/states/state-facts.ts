import type { StateOutput, StateResource, StateSummary } from '../../state-files/scan-state.ts';
import type { Platform } from '../context.ts';
import type { ManagedInstance, StateInventory } from '../database/schema.ts';
import { listManagedInstances } from './managed-instances.ts';
import { storable } from './storable-text.ts';

/** The facts of a state file in the database. The file itself is kept unchanged, however much could be read. */
export interface StateFacts {
  /** Version of the file's format; null when it is encrypted. */
  version: number | null;
  serial: number | null;
  lineage: string | null;
  terraformVersion: string | null;
  resourceCount: number;
  inventory: StateInventory;
  instances: ManagedInstance[];
  outputs: StateOutput[];
  /** The file holds more than these facts, or other things. */
  isPartial: boolean;
}

/** The facts of a file that could not be read. */
const NOTHING_KNOWN: StateFacts = {
  version: null,
  serial: null,
  lineage: null,
  terraformVersion: null,
  resourceCount: 0,
  inventory: { modules: {}, providers: {}, resources: [] },
  instances: [],
  outputs: [],
  isPartial: true,
};

/** Longer than any lineage of terraform; it is compared and listed. */
const MAX_LINEAGE = 1_000;
const MAX_VERSION = 2_147_483_647;

export function factsOf(summary: StateSummary): StateFacts {
  const resources = summary.resources.map(makeStorable);
  const outputs = new Map(
    summary.outputs.map((output) => [storable(output.name), { ...output, name: storable(output.name) }]),
  );
  const managed = resources.filter(({ mode }) => mode === 'managed');
  const { version, lineage, terraformVersion } = summary;
  return {
    version: version !== null && version <= MAX_VERSION ? version : null,
    serial: summary.serial,
    lineage: lineage === null || lineage.length > MAX_LINEAGE ? null : storable(lineage),
    terraformVersion: terraformVersion === null ? null : storable(terraformVersion.slice(0, 100)),
    resourceCount: managed.reduce((count, { instanceCount }) => count + instanceCount, 0),
    inventory: takeInventory(resources),
    instances: listManagedInstances(resources),
    outputs: [...outputs.values()],
    isPartial: summary.isPartial || summary.isEncrypted,
  };
}

/** The facts of a stored state file. A file that cannot be read now is kept all the same. */
export async function readStateFacts({ stateReader, log }: Platform, sha256: string): Promise<StateFacts> {
  try {
    const reading = await stateReader.read(sha256);
    if ('summary' in reading) return factsOf(reading.summary);
    log.error({ sha256, problem: reading.problem }, 'a state that was taken is none');
  } catch (error) {
    log.error({ err: error, sha256 }, 'a state is kept without what is in it');
  }
  return NOTHING_KNOWN;
}

const makeStorable = (resource: StateResource): StateResource => ({
  ...resource,
  type: storable(resource.type),
  name: storable(resource.name),
  module: resource.module === null ? null : storable(resource.module),
  provider: storable(resource.provider),
});

function takeInventory(resources: readonly StateResource[]): StateInventory {
  const listed = resources.map(({ mode, type, name, module, provider, instanceCount }) => ({
    name,
    type: mode === 'data' ? `data.${type.replaceAll('_', '-')}` : type,
    count: instanceCount,
    module: module ?? 'root',
    provider,
  }));
  return {
    modules: countBy(listed, ({ module }) => module),
    providers: countBy(listed, ({ provider }) => provider),
    resources: listed,
  };
}

function countBy(
  listed: StateInventory['resources'],
  group: (resource: StateInventory['resources'][number]) => string,
): Record<string, Record<string, number>> {
  const groups = new Map<string, Map<string, number>>();
  for (const resource of listed) {
    const counts = groups.get(group(resource)) ?? new Map<string, number>();
    const type = resource.type.replaceAll('_', '-');
    groups.set(group(resource), counts.set(type, (counts.get(type) ?? 0) + resource.count));
  }
  return Object.fromEntries([...groups].map(([key, counts]) => [key, Object.fromEntries(counts)]));
}
