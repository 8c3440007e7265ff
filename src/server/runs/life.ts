import {
  isFinal,
  phaseAt,
  step,
  type PlatformRunStatus,
  type RunEvent,
  type RunState,
} from '@runwright/models';
import type { Platform } from '../context.ts';
import { refuse } from '../http/refusal.ts';
import { priorities, queues } from '../queue/work-queue.ts';
import { enqueuePhase } from './phase-jobs.ts';
import { beginPhase, closePhases } from './phase-table.ts';
import { endPhases, moveRun, queuePhase, writeFacts, type Move, type Run, type Tx } from './transitions.ts';

/** Statuses that last only inside one transaction: they are never visible, so they get a timestamp and no event. */
export const PASSED_THROUGH: readonly PlatformRunStatus[] = ['queuing', 'queuing_apply'];

/** How to record the statuses that an event leads to: the first as given here, others as given in `at`. */
export interface Happening extends Move {
  at?: { readonly [status in PlatformRunStatus]?: Move };
}

/**
 * Applies an event to a run, and at once all that follows from it: the models' state machine decides the path, this
 * function follows it. The caller holds the rows of workspace and run, and wakes the runners after the commit.
 *
 * @returns the new run; with its old status if the event changed only other facts
 * @throws 409 the event cannot happen to the run as it is
 */
export async function happen(
  platform: Platform,
  tx: Tx,
  run: Run,
  event: RunEvent,
  { at = {}, ...first }: Happening = {},
): Promise<Run> {
  let current = run;
  const passed: PlatformRunStatus[] = [];
  for (let next: RunEvent | undefined = event; next !== undefined; next = whatFollows(current)) {
    const result = step(stateOf(current), next);
    if (!result.ok) refuse('conflict', result.reason);
    const facts = factsOf(result.run);
    if (result.path.length === 0) return await writeFacts(tx, current, { ...facts, ...first.columns });
    for (const status of result.path) {
      if (PASSED_THROUGH.includes(status)) {
        passed.push(status);
        current = { ...current, status };
        continue;
      }
      const { columns, ...move } = at[status] ?? (current === run ? first : {});
      const known = current === run ? { ...facts, ...columns } : columns;
      current = await moveRun(tx, current, status, { ...move, columns: known, passed: passed.splice(0) });
      await arrive(platform, tx, current);
    }
  }
  return current;
}

/** The status that the event would lead to, for code that must check something before it happens. */
export function foresee(run: Run, event: RunEvent): PlatformRunStatus {
  const result = step(stateOf(run), event);
  return result.ok ? result.run.status : run.status;
}

const stateOf = (run: Run): RunState => ({
  status: run.status,
  planOnly: run.plan_only,
  savePlan: run.save_plan,
  autoApply: run.auto_apply,
  allowEmptyApply: run.allow_empty_apply,
  needsConfirmation: run.needs_confirmation,
  phases: run.phases,
  hasChanges: run.has_changes,
  generatedConfiguration: run.generated_configuration,
  cancelRequestedAt: run.cancel_requested_at,
  forceCancelAvailableAt: run.force_cancel_available_at,
});

/** The facts beside the status that an event may change. */
const factsOf = (state: RunState) => ({
  has_changes: state.hasChanges,
  generated_configuration: state.generatedConfiguration,
  cancel_requested_at: state.cancelRequestedAt,
  force_cancel_available_at: state.forceCancelAvailableAt,
});

/** The server's own next event, in the same transaction. */
function whatFollows(run: Run): RunEvent | undefined {
  if (PASSED_THROUGH.includes(run.status)) return { type: 'enqueued' };
  // The run holds the workspace already; a saved plan has to wait for it (schedule.ts).
  if (run.status === 'confirmed' && !run.save_plan) return { type: 'schedule', workspaceFree: true };
  return undefined;
}

/** The consequences of a run's new status for its plan, its apply and the phases around them. */
async function arrive(platform: Platform, tx: Tx, run: Run): Promise<void> {
  if (run.status === 'plan_queued' || run.status === 'apply_queued') {
    const kind = run.status === 'plan_queued' ? 'plan' : 'apply';
    const { id, poolId } = await queuePhase(tx, run, kind);
    const priority = priorities[kind === 'plan' && run.plan_only ? 'speculativePlan' : kind];
    // Only the agents of a pool take its steps, and they find these in the table.
    if (poolId === null)
      await platform.queue.enqueue(tx, queues.defaultSteps, { phaseId: id }, { priority, singletonKey: id });
  }
  const phase = phaseAt(run.status, 'running');
  if (phase !== undefined) {
    await beginPhase(tx, run, phase);
    await enqueuePhase(platform, tx, run, phase);
  }
  if (isFinal(run.status)) await closePhases(tx, run);
  if (isFinal(run.status) && run.status !== 'applied') await endPhases(tx, run);
}
