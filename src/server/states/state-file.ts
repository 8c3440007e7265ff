import { z } from 'zod';
import type { StateSnapshot } from '../database/schema.ts';

/** The parts of a terraform state file (format 4) that a server needs to know. */
const StateFile = z.object({
  version: z.literal(4),
  terraform_version: z.string().optional(),
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
  resources: z.array(z.object({ mode: z.string(), instances: z.array(z.unknown()).optional() })).nullish(),
});

export type StateFacts = Pick<
  StateSnapshot,
  'serial' | 'lineage' | 'terraformVersion' | 'resourceCount' | 'outputs'
>;

/** @returns what the file says, or undefined when it is not a state file */
export function readStateFile(bytes: Buffer): StateFacts | undefined {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  const parsed = StateFile.safeParse(json);
  if (!parsed.success) return undefined;
  const { serial, lineage, terraform_version: terraformVersion = null, outputs, resources } = parsed.data;
  const managed = (resources ?? []).filter(({ mode }) => mode === 'managed');
  return {
    serial,
    lineage,
    terraformVersion,
    resourceCount: managed.reduce((count, { instances }) => count + (instances?.length ?? 0), 0),
    outputs: Object.entries(outputs ?? {}).map(([name, output]) => ({
      name,
      sensitive: output.sensitive ?? false,
      value: output.value ?? null,
      detailedType: output.type ?? null,
    })),
  };
}
