import { z } from 'zod';
import type { ManagedInstance, StateInventory, StateSnapshot } from '../database/schema.ts';
import { findUnstorable } from '../http/text-check.ts';
import { listManagedInstances, StateResource } from './managed-instances.ts';

/** The parts of a terraform state file (format 4) that a server needs to know. */
const StateFile = z.object({
  version: z.literal(4),
  terraform_version: z.string().max(100).optional(),
  serial: z.int().min(0),
  lineage: z.string().min(1).max(200),
  outputs: z
    .record(
      z.string(),
      z.object({
        value: z.unknown().optional(),
        type: z.unknown().optional(),
        sensitive: z.boolean().optional(),
      }),
    )
    .nullish(),
  resources: z.array(StateResource).nullish(),
});

export type StateFacts = Pick<
  StateSnapshot,
  'serial' | 'lineage' | 'terraformVersion' | 'resourceCount' | 'outputs'
> & { inventory: StateInventory; instances: ManagedInstance[] };

/** @returns what the file says, or undefined when it is not a state file or says what no row can hold */
export function readStateFile(bytes: Buffer): StateFacts | undefined {
  const file = parse(bytes);
  if (file === undefined) return undefined;
  const resources = file.resources ?? [];
  const managed = resources.filter(({ mode }) => mode === 'managed');
  const facts = {
    serial: file.serial,
    lineage: file.lineage,
    terraformVersion: file.terraform_version ?? null,
    resourceCount: managed.reduce((count, { instances }) => count + (instances?.length ?? 0), 0),
    inventory: takeInventory(resources),
    instances: listManagedInstances(resources),
    outputs: Object.entries(file.outputs ?? {}).map(([name, output]) => ({
      name,
      sensitive: output.sensitive ?? false,
      value: output.value ?? null,
      detailedType: output.type ?? null,
    })),
  };
  return findUnstorable(facts) === undefined ? facts : undefined;
}

function parse(bytes: Buffer): z.output<typeof StateFile> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = StateFile.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

function takeInventory(resources: readonly StateResource[]): StateInventory {
  const listed = resources.map(({ mode, type = '', name = '', module, provider = '', instances }) => ({
    name,
    type: mode === 'data' ? `data.${type.replaceAll('_', '-')}` : type,
    count: instances?.length ?? 0,
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
