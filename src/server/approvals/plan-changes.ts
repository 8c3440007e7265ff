import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { Platform } from '../context.ts';
import { outsideText } from './outside-text.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_SHOWN = 500;

export interface PlanChanges {
  counts: { additions: number; changes: number; destructions: number };
  /** Without any value. The dangerous ones come first; null when the plan is too big to be listed. */
  resources: { address: string; action: string }[] | null;
  /** Resources beyond those listed. */
  more: number;
}

const RedactedPlan = z.object({
  resource_changes: z
    .array(z.object({ address: z.string(), change: z.object({ actions: z.array(z.string()) }) }))
    .optional(),
});

const ORDER = ['destroy', 'replace', 'update', 'create', 'read'];

/** What a run's plan would do. */
export async function readPlanChanges({ db, blobs }: Platform, runId: string): Promise<PlanChanges> {
  const plan = await db
    .selectFrom('run_phase')
    .leftJoin('phase_artifact', (join) =>
      join
        .onRef('phase_artifact.phase_id', '=', 'run_phase.id')
        .on('phase_artifact.name', '=', 'redacted-plan'),
    )
    .select(['additions', 'changes', 'destructions', 'sha256', 'size_bytes'])
    .where('run_phase.run_id', '=', runId)
    .where('run_phase.kind', '=', 'plan')
    .executeTakeFirstOrThrow();
  const counts = {
    additions: plan.additions ?? 0,
    changes: plan.changes ?? 0,
    destructions: plan.destructions ?? 0,
  };
  if (plan.sha256 === null || Number(plan.size_bytes) > MAX_BYTES)
    return { counts, resources: null, more: 0 };
  const all = listResources(await text(await blobs.open(plan.sha256)));
  if (all === null) return { counts, resources: null, more: 0 };
  return { counts, resources: all.slice(0, MAX_SHOWN), more: Math.max(0, all.length - MAX_SHOWN) };
}

function listResources(json: string): PlanChanges['resources'] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const parsed = RedactedPlan.safeParse(value);
  if (!parsed.success) return null;
  return (parsed.data.resource_changes ?? [])
    .map(({ address, change }) => ({
      address: outsideText(address, 300),
      action: nameAction(change.actions),
    }))
    .filter(({ action }) => action !== 'no-op')
    .toSorted((one, other) => ORDER.indexOf(one.action) - ORDER.indexOf(other.action));
}

function nameAction(actions: readonly string[]): string {
  if (actions.length > 1) return 'replace';
  return actions[0] === 'delete' ? 'destroy' : (actions[0] ?? 'no-op');
}
