import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { Platform } from '../context.ts';
import { outsideText } from './outside-text.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const MAX_SHOWN = 500;

export interface PlannedChange {
  address: string;
  action: PlannedAction;
}

export interface PlanChanges {
  counts: { additions: number; changes: number; destructions: number };
  /** Changes without any value, in the order of {@link PlannedAction}; null when the plan is too big to be listed. */
  resources: PlannedChange[] | null;
  /** How many there are of each action, unlisted resources included. */
  actions: { action: PlannedAction; count: number }[];
  /** The number of resources that are not listed. */
  more: number;
}

const RedactedPlan = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        previous_address: z.string().optional(),
        change: z.object({ actions: z.array(z.string()), importing: z.unknown().optional() }),
      }),
    )
    .optional(),
});

/**
 * The dangerous actions come first. `forget`: terraform no longer manages the resource, which goes on existing; `move`:
 * only its address changes.
 */
const ORDER = ['destroy', 'replace', 'forget', 'change', 'import', 'move', 'create', 'read'] as const;
export type PlannedAction = (typeof ORDER)[number];

/** The changes that a run's plan would make. */
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
    return { counts, resources: null, actions: [], more: 0 };
  const all = listResources(await text(await blobs.open(plan.sha256)));
  if (all === null) return { counts, resources: null, actions: [], more: 0 };
  const actions = ORDER.map((action) => ({
    action,
    count: all.filter((change) => change.action === action).length,
  })).filter(({ count }) => count > 0);
  return { counts, resources: all.slice(0, MAX_SHOWN), actions, more: Math.max(0, all.length - MAX_SHOWN) };
}

/** The changes of a redacted plan; null when it is none. */
export function listResources(json: string): PlannedChange[] | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const parsed = RedactedPlan.safeParse(value);
  if (!parsed.success) return null;
  return (parsed.data.resource_changes ?? [])
    .flatMap(({ address, previous_address: previous, change }) => {
      const action =
        nameAction(change.actions, change.importing) ?? (previous === undefined ? undefined : 'move');
      if (action === undefined) return [];
      const from = previous === undefined ? '' : ` (moved from ${outsideText(previous, 300)})`;
      return [{ address: `${outsideText(address, 300)}${from}`, action }];
    })
    .toSorted((one, other) => ORDER.indexOf(one.action) - ORDER.indexOf(other.action));
}

const NAMES: Readonly<Record<string, PlannedAction>> = {
  delete: 'destroy',
  forget: 'forget',
  update: 'change',
  create: 'create',
  read: 'read',
};

/** undefined: the resource does not change. */
function nameAction(actions: readonly string[], importing: unknown): PlannedAction | undefined {
  if (actions.length > 1) return 'replace';
  const [action = 'no-op'] = actions;
  if (action === 'no-op') return importing === undefined || importing === null ? undefined : 'import';
  // An action that is not known yet must not look harmless.
  return NAMES[action] ?? 'change';
}
