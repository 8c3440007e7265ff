import { words } from '../words/words.ts';
import type { RunView } from './run-view.ts';
import { isOver } from '../status/status.ts';

export type StageState = 'waiting' | 'running' | 'finished' | 'failed' | 'skipped' | 'needed' | 'notReached';

export interface Stage {
  name: string;
  state: StageState;
  from: string | undefined;
  to: string | undefined;
  /** The tab with more about the stage. */
  tab?: StageTab;
}

export type StageTab = 'changes' | 'log' | 'cost' | 'policy';

type Stamps = Readonly<Record<string, string>>;

interface Phase {
  name: string;
  running: readonly string[];
  needed?: readonly string[];
  from: string;
  to: readonly string[];
  tab?: StageTab;
}

const W = words.run.stages;

/** Phases that only some runs have; they are shown if the run went through them. */
const BEFORE_PLAN: readonly Phase[] = [
  {
    name: W.prePlan,
    running: ['pre_plan_running'],
    needed: ['pre_plan_awaiting_decision'],
    from: 'pre-plan-running-at',
    to: ['pre-plan-completed-at'],
  },
];
const AFTER_PLAN: readonly Phase[] = [
  {
    name: W.postPlan,
    running: ['post_plan_running'],
    needed: ['post_plan_awaiting_decision'],
    from: 'post-plan-running-at',
    to: ['post-plan-completed-at'],
  },
  {
    name: W.cost,
    running: ['cost_estimating'],
    from: 'cost-estimating-at',
    to: ['cost-estimated-at'],
    tab: 'cost',
  },
  {
    name: W.policy,
    running: ['policy_checking'],
    needed: ['policy_override'],
    from: 'policy-checking-at',
    to: ['policy-checked-at', 'policy-soft-failed-at'],
    tab: 'policy',
  },
];
const BEFORE_APPLY: readonly Phase[] = [
  {
    name: W.preApply,
    running: ['pre_apply_running'],
    from: 'pre-apply-running-at',
    to: ['pre-apply-completed-at'],
  },
];
const AFTER_APPLY: readonly Phase[] = [
  {
    name: W.postApply,
    running: ['post_apply_running'],
    from: 'post-apply-running-at',
    to: ['post-apply-completed-at'],
  },
];

/** The stages of a run, from the times in its documents. */
export function stagesOf(view: RunView): readonly Stage[] {
  const { run, status, plan, apply } = view;
  const stamps = (run.attributes['status-timestamps'] ?? {}) as Stamps;
  const planStamps = (plan?.attributes['status-timestamps'] ?? {}) as Stamps;
  const applyStamps = (apply?.attributes['status-timestamps'] ?? {}) as Stamps;
  const created = run.attributes['created-at'];
  const over = isOver(status);
  const planFrom = planStamps['started-at'] ?? stamps['planning-at'];
  const isQueued = ['pending', 'fetching', 'fetching_completed', 'queuing', 'plan_queued'].includes(status);
  const extra = (phases: readonly Phase[]): readonly Stage[] =>
    phases
      .filter(
        ({ from, to, running, needed = [] }) =>
          [from, ...to].some((key) => stamps[key] !== undefined) || [...running, ...needed].includes(status),
      )
      .map((phase) => ({
        name: phase.name,
        state: phase.running.includes(status)
          ? 'running'
          : phase.needed?.includes(status) === true
            ? 'needed'
            : over && !phase.to.some((to) => stamps[to])
              ? 'failed'
              : 'finished',
        from: stamps[phase.from],
        to: phase.to.map((to) => stamps[to]).find((to) => to !== undefined),
        ...(phase.tab === undefined ? {} : { tab: phase.tab }),
      }));
  return [
    {
      name: W.queue,
      state: isQueued ? 'waiting' : planFrom === undefined ? 'failed' : 'finished',
      from: created,
      to: planFrom ?? endOf(view),
    },
    ...extra(BEFORE_PLAN),
    {
      name: W.plan,
      state: phaseState(plan?.attributes.status, over),
      from: planFrom,
      to: planStamps['finished-at'] ?? planStamps['errored-at'] ?? planStamps['canceled-at'],
      tab: 'log',
    },
    ...extra(AFTER_PLAN),
    approval(view, stamps),
    ...extra(BEFORE_APPLY),
    applyStage(view, applyStamps),
    ...extra(AFTER_APPLY),
  ];
}

function phaseState(status: string | undefined, isRunOver: boolean): StageState {
  if (status === 'running' || status === 'finished') return status;
  if (status === 'errored') return 'failed';
  return isRunOver || status === 'canceled' || status === 'unreachable' ? 'notReached' : 'waiting';
}

const neverApplies = ({ run, status, plan }: RunView): boolean =>
  run.attributes['plan-only'] === true ||
  status === 'planned_and_finished' ||
  (plan?.attributes.status === 'finished' &&
    plan.attributes['has-changes'] === false &&
    run.attributes['allow-empty-apply'] !== true);

function approval(view: RunView, stamps: Stamps): Stage {
  const { run, status } = view;
  const common = {
    name: W.approval,
    from: stamps['planned-at'],
    to: stamps['confirmed-at'],
    tab: 'changes' as const,
  };
  if (run.attributes['auto-apply'] === true || neverApplies(view))
    return { ...common, state: 'skipped', from: undefined, to: undefined };
  if (stamps['confirmed-at'] !== undefined) return { ...common, state: 'finished' };
  if (run.attributes.actions?.['is-confirmable'] === true) return { ...common, state: 'needed' };
  if (status === 'discarded') return { ...common, state: 'failed', to: stamps['discarded-at'] };
  return { ...common, state: isOver(status) ? 'notReached' : 'waiting', from: undefined };
}

function applyStage(view: RunView, stamps: Stamps): Stage {
  const { apply, status } = view;
  const common = {
    name: W.apply,
    from: stamps['started-at'],
    to: stamps['finished-at'] ?? stamps['errored-at'] ?? stamps['canceled-at'],
    tab: 'log' as const,
  };
  if (neverApplies(view)) return { ...common, state: 'skipped' };
  return {
    ...common,
    state:
      stamps['started-at'] === undefined && isOver(status)
        ? 'notReached'
        : phaseState(apply?.attributes.status, isOver(status)),
  };
}

/** The time at which a run ended. */
export function endOf({ run, status }: RunView): string | undefined {
  if (!isOver(status)) return undefined;
  const stamps = Object.values((run.attributes['status-timestamps'] ?? {}) as Stamps).toSorted();
  return stamps.at(-1);
}
