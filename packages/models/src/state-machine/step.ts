import type { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { CONFLICT } from './conflicts.ts';
import { isConfirmable, runActions } from './run-actions.ts';
import type { RunEvent } from './run-event.ts';
import { beginStretch, finishPhase, phaseAt, phaseRule } from './run-phases.ts';
import type { RunState } from './run-state.ts';
import {
  CANCELED_AT_ONCE,
  CANCELED_BY_INTERRUPT,
  DISCARDABLE_STATUSES,
  IN_A_WORKERS_HANDS,
} from './transitions.ts';

export type StepResult =
  | {
      readonly ok: true;
      readonly run: RunState;
      /** The statuses entered, in order, including those only passed through; empty when the status stayed. */
      readonly path: readonly PlatformRunStatus[];
    }
  | { readonly ok: false; readonly reason: string };

/** The run after an event, or why the event is impossible: the whole life of a run as one pure function. */
export function step(run: RunState, event: RunEvent): StepResult {
  switch (event.type) {
    case 'schedule':
      return schedule(run, event.workspaceFree);
    case 'enqueued':
      if (run.status === 'queuing') return enter(run, 'plan_queued');
      return run.status === 'queuing_apply' ? enter(run, 'apply_queued') : refuse(run, event);
    case 'planStarted':
      return run.status === 'plan_queued' ? enter(run, 'planning') : refuse(run, event);
    case 'planFinished':
      return run.status === 'planning' ? finishPlan(run, event) : refuse(run, event);
    case 'planFailed':
      return run.status === 'planning' ? fail(run) : refuse(run, event);
    case 'applyStarted':
      return run.status === 'apply_queued' ? enter(run, 'applying') : refuse(run, event);
    case 'applyFinished':
      return run.status === 'applying' ? finishApply(run) : refuse(run, event);
    case 'applyFailed':
      return run.status === 'applying' ? fail(run) : refuse(run, event);
    case 'processEnded':
      return isInterrupted(run) ? enter(run, 'canceled') : refuse(run, event);
    case 'workerLost':
      return IN_A_WORKERS_HANDS.includes(run.status) ? enter(run, 'errored') : refuse(run, event);
    case 'phasePassed':
    case 'phaseFailed':
    case 'phaseHeld':
      return endPhase(run, event);
    case 'override':
      return override(run, event);
    case 'confirm':
      return confirm(run);
    case 'discard':
      return discard(run);
    case 'cancel':
      return cancel(run, event.at, event.coolOffMs);
    case 'forceCancel':
      return forceCancel(run, event.at);
    case 'displaced':
      return isDiscardable(run) ? enter(run, 'discarded') : refuse(run, event);
    case 'outdated':
      return run.status === 'planned_and_saved' ? enter(run, 'discarded') : refuse(run, event);
    case 'expired':
      return run.planOnly && run.status === 'plan_queued' ? enter(run, 'canceled') : refuse(run, event);
    case 'superseded':
      return run.planOnly && SUPERSEDABLE.includes(run.status) ? enter(run, 'canceled') : refuse(run, event);
  }
}

const SUPERSEDABLE: readonly PlatformRunStatus[] = ['pending', 'planning'];

/** Plan-only runs skip the queue and the lock; a saved plan needs the lock only to apply (api-contract §3.5). */
function schedule(run: RunState, workspaceFree: boolean): StepResult {
  const needsWorkspace =
    (run.status === 'pending' && !run.planOnly && !run.savePlan) ||
    (run.status === 'confirmed' && run.savePlan);
  if (needsWorkspace && !workspaceFree) return { ok: false, reason: 'the workspace is held by another run' };
  if (run.status === 'pending') return enter(run, ...beginStretch(run, 'before plan'));
  if (run.status === 'confirmed') return enter(run, ...beginStretch(run, 'before apply'));
  return refuse(run, { type: 'schedule' });
}

function finishPlan(
  run: RunState,
  { hasChanges, generatedConfiguration }: { hasChanges: boolean; generatedConfiguration: boolean },
): StepResult {
  if (run.cancelRequestedAt !== null) return enter(run, 'canceled');
  const planned: RunState = { ...run, hasChanges, generatedConfiguration };
  return enter(planned, 'planned', ...beginStretch(planned, 'after plan'));
}

/** An apply that succeeded in spite of a cancel did its work and shows it; only later phases are left out (row 40). */
function finishApply(run: RunState): StepResult {
  if (run.cancelRequestedAt !== null) return enter(run, 'applied');
  return enter(run, ...beginStretch(run, 'after apply'));
}

function fail(run: RunState): StepResult {
  return enter(run, run.cancelRequestedAt === null ? 'errored' : 'canceled');
}

function endPhase(run: RunState, event: { type: 'phasePassed' | 'phaseFailed' | 'phaseHeld' }): StepResult {
  const phase = phaseAt(run.status, 'running');
  if (phase === undefined) return refuse(run, event);
  const { held, onFailure } = phaseRule(phase);
  switch (event.type) {
    case 'phasePassed':
      return enter(run, ...finishPhase(run, phase));
    case 'phaseFailed':
      return onFailure === 'errored' ? enter(run, 'errored') : enter(run, ...finishPhase(run, phase));
    case 'phaseHeld':
      if (phase === 'policy_check' && run.planOnly) return enter(run, 'policy_soft_failed');
      return held === null ? refuse(run, event) : enter(run, held);
  }
}

function override(run: RunState, event: RunEvent): StepResult {
  const phase = phaseAt(run.status, 'held');
  return phase === undefined ? refuse(run, event) : enter(run, ...finishPhase(run, phase));
}

/** A run that confirms itself has done so at the end of its plan, so a run at rest waits for a person. */
function confirm(run: RunState): StepResult {
  if (!isConfirmable({ ...run, autoApply: false }))
    return { ok: false, reason: run.generatedConfiguration ? CONFLICT.generated : CONFLICT.apply };
  return enter(run, 'confirmed');
}

const isDiscardable = ({ status }: RunState): boolean =>
  status === 'pending' || DISCARDABLE_STATUSES.includes(status);

function discard(run: RunState): StepResult {
  return isDiscardable(run) ? enter(run, 'discarded') : { ok: false, reason: CONFLICT.discard };
}

function cancel(run: RunState, at: Date, coolOffMs: number): StepResult {
  const isImmediate = CANCELED_AT_ONCE.includes(run.status);
  if (run.cancelRequestedAt !== null || (!isImmediate && !CANCELED_BY_INTERRUPT.includes(run.status))) {
    return { ok: false, reason: CONFLICT.cancel };
  }
  const requested: RunState = {
    ...run,
    cancelRequestedAt: at,
    forceCancelAvailableAt: new Date(at.getTime() + coolOffMs),
  };
  return isImmediate ? enter(requested, 'canceled') : enter(requested);
}

function forceCancel(run: RunState, at: Date): StepResult {
  const { isForceCancelable } = runActions({ ...run, now: at });
  return isForceCancelable ? enter(run, 'force_canceled') : { ok: false, reason: CONFLICT.forceCancel };
}

function isInterrupted(run: RunState): boolean {
  return run.cancelRequestedAt !== null && CANCELED_BY_INTERRUPT.includes(run.status);
}

function enter(run: RunState, ...path: readonly PlatformRunStatus[]): StepResult {
  return { ok: true, run: { ...run, status: path.at(-1) ?? run.status }, path };
}

function refuse(run: RunState, event: { readonly type: RunEvent['type'] }): StepResult {
  return { ok: false, reason: `"${event.type}" cannot happen to a run that is ${run.status}` };
}
