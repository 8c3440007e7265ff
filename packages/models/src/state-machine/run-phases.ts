import type { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { afterPlan } from './after-plan.ts';
import type { RunPhase, RunState } from './run-state.ts';

/** The four parts of a run, separated by terraform's work, by a person, or by the end. */
type Stretch = 'before plan' | 'after plan' | 'before apply' | 'after apply';

export interface PhaseRule {
  readonly stretch: Stretch;
  readonly running: PlatformRunStatus;
  /** The status in which an overridable failure waits; null when the phase has none. */
  readonly held: PlatformRunStatus | null;
  readonly done: PlatformRunStatus;
  /** The effect of a failure: some phases only advise (api-contract §3.3 rows 18, 36). */
  readonly onFailure: 'errored' | 'done';
}

const PHASES: Record<RunPhase, PhaseRule> = {
  fetch: {
    stretch: 'before plan',
    running: 'fetching',
    held: null,
    done: 'fetching_completed',
    onFailure: 'errored',
  },
  pre_plan: {
    stretch: 'before plan',
    running: 'pre_plan_running',
    held: 'pre_plan_awaiting_decision',
    done: 'pre_plan_completed',
    onFailure: 'errored',
  },
  post_plan: {
    stretch: 'after plan',
    running: 'post_plan_running',
    held: 'post_plan_awaiting_decision',
    done: 'post_plan_completed',
    onFailure: 'errored',
  },
  cost_estimate: {
    stretch: 'after plan',
    running: 'cost_estimating',
    held: null,
    done: 'cost_estimated',
    onFailure: 'done',
  },
  policy_check: {
    stretch: 'after plan',
    running: 'policy_checking',
    held: 'policy_override',
    done: 'policy_checked',
    onFailure: 'errored',
  },
  pre_apply: {
    stretch: 'before apply',
    running: 'pre_apply_running',
    held: null,
    done: 'pre_apply_completed',
    onFailure: 'errored',
  },
  post_apply: {
    stretch: 'after apply',
    running: 'post_apply_running',
    held: null,
    done: 'post_apply_completed',
    onFailure: 'done',
  },
};

/** The phases in the order they run. */
export const RUN_PHASES = Object.keys(PHASES) as readonly RunPhase[];

/** The phase a status belongs to while it runs or waits for a decision. */
export function phaseAt(status: PlatformRunStatus, at: 'running' | 'held'): RunPhase | undefined {
  return RUN_PHASES.find((phase) => PHASES[phase][at] === status);
}

export function phaseRule(phase: RunPhase): PhaseRule {
  return PHASES[phase];
}

/** The statuses of a run when a stretch begins: its first phase, or the end of the stretch when it has none. */
export function beginStretch(run: RunState, stretch: Stretch): PlatformRunStatus[] {
  return continueStretch(run, stretch, RUN_PHASES);
}

/** The statuses of a run when a phase is done: the next phase of the stretch, or the end of the stretch. */
export function finishPhase(run: RunState, phase: RunPhase): PlatformRunStatus[] {
  const { stretch, done } = PHASES[phase];
  const later = RUN_PHASES.slice(RUN_PHASES.indexOf(phase) + 1);
  return [done, ...continueStretch(run, stretch, later)];
}

function continueStretch(run: RunState, stretch: Stretch, phases: readonly RunPhase[]): PlatformRunStatus[] {
  const next = phases.find((phase) => PHASES[phase].stretch === stretch && run.phases.includes(phase));
  return next === undefined ? endStretch(run, stretch) : [PHASES[next].running];
}

function endStretch(run: RunState, stretch: Stretch): PlatformRunStatus[] {
  switch (stretch) {
    case 'before plan':
      return ['queuing'];
    case 'after plan': {
      const next = afterPlan(run);
      return next === 'planned' ? [] : [next];
    }
    case 'before apply':
      return ['queuing_apply'];
    case 'after apply':
      return ['applied'];
  }
}
