import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFinal } from '../vocabulary/statuses-in-group.ts';
import { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { runActions } from './run-actions.ts';
import type { RunEvent } from './run-event.ts';
import { RUN_PHASES } from './run-phases.ts';
import { newRunState, type RunKind, type RunState } from './run-state.ts';
import { step } from './step.ts';
import { canTransition } from './transitions.ts';
import { holdsWorkspace } from './workspace-hold.ts';

/**
 * Several runs of one workspace with random events in any order. The workspace is free when no other run holds it.
 * Most events are ones that lead on, some are any possible ones, and a few are impossible.
 */
const START = new Date('2026-01-02T03:04:05Z');
const COOL_OFF_MS = 60_000;

const runKind: fc.Arbitrary<RunKind> = fc
  .record({
    planOnly: fc.boolean(),
    savePlan: fc.boolean(),
    autoApply: fc.boolean(),
    allowEmptyApply: fc.boolean(),
    needsConfirmation: fc.boolean(),
    phases: fc.subarray([...RUN_PHASES], { maxLength: 4 }),
  })
  .filter(({ planOnly, savePlan }) => !(planOnly && savePlan));

interface Choice {
  run: number;
  event: number;
  among: 'leading on' | 'interrupting' | 'possible' | 'all';
  waitMs: number;
}

const choice: fc.Arbitrary<Choice> = fc.record({
  run: fc.nat(),
  event: fc.nat(),
  among: fc.oneof(
    { weight: 8, arbitrary: fc.constant('leading on' as const) },
    { weight: 1, arbitrary: fc.constant('interrupting' as const) },
    { weight: 3, arbitrary: fc.constant('possible' as const) },
    { weight: 2, arbitrary: fc.constant('all' as const) },
  ),
  waitMs: fc.constantFrom(0, 1000, COOL_OFF_MS),
});

function eventsLeadingOn(workspaceFree: boolean): RunEvent[] {
  return [
    { type: 'schedule', workspaceFree },
    { type: 'enqueued' },
    { type: 'planStarted' },
    { type: 'planFinished', hasChanges: true, generatedConfiguration: false },
    { type: 'applyStarted' },
    { type: 'applyFinished' },
    { type: 'phasePassed' },
    { type: 'confirm' },
  ];
}

function eventsInterrupting(now: Date): RunEvent[] {
  return [
    { type: 'cancel', at: now, coolOffMs: COOL_OFF_MS },
    { type: 'forceCancel', at: now },
  ];
}

function allEvents(now: Date, workspaceFree: boolean): RunEvent[] {
  return [
    ...eventsLeadingOn(workspaceFree),
    ...eventsInterrupting(now),
    { type: 'planFinished', hasChanges: true, generatedConfiguration: true },
    { type: 'planFinished', hasChanges: false, generatedConfiguration: false },
    { type: 'planFailed' },
    { type: 'applyFailed' },
    { type: 'processEnded' },
    { type: 'workerLost' },
    { type: 'phaseFailed' },
    { type: 'phaseHeld' },
    { type: 'override' },
    { type: 'discard' },
    { type: 'displaced' },
    { type: 'outdated' },
    { type: 'superseded' },
    { type: 'expired' },
  ];
}

interface Witnessed {
  run: RunState;
  history: PlatformRunStatus[];
}

/** Applies the choices and checks the invariants after each. */
function play(kinds: readonly RunKind[], choices: readonly Choice[]): Witnessed[] {
  const runs: Witnessed[] = kinds.map((kind) => ({ run: newRunState(kind), history: ['pending'] }));
  let now = START;
  for (const { run: runIndex, event: eventIndex, among, waitMs } of choices) {
    now = new Date(now.getTime() + waitMs);
    const witnessed = itemAt(runs, runIndex);
    const before = witnessed.run;
    const isFree = !runs.some((other) => other !== witnessed && holdsWorkspace(other.run));
    const canHappen = (event: RunEvent) => step(before, event).ok;
    const all = allEvents(now, isFree);
    const possible = all.filter(canHappen);

    demand(!isFinal(before.status) || possible.length === 0, `an event moves a run that is ${before.status}`);
    checkActions(before, now);

    const candidates = {
      'leading on': eventsLeadingOn(isFree).filter(canHappen),
      interrupting: eventsInterrupting(now).filter(canHappen),
      possible,
      all,
    }[among];
    if (candidates.length === 0) continue;
    const result = step(before, itemAt(candidates, eventIndex));
    if (!result.ok) {
      demand(result.reason !== '', 'a refusal says why');
      continue;
    }
    for (const status of result.path) {
      const from = witnessed.history.at(-1) ?? 'pending';
      demand(canTransition(from, status), `${from} > ${status} is not in the table`);
      witnessed.history.push(status);
    }
    witnessed.run = result.run;
    demand(witnessed.run.status === witnessed.history.at(-1), 'the path ends where the run is');
    demand(runs.filter(({ run }) => holdsWorkspace(run)).length <= 1, 'two active runs in one workspace');
  }
  return runs;
}

/** The actions in a run's document are exactly the possible ones. */
function checkActions(run: RunState, now: Date): void {
  const actions = runActions({ ...run, autoApply: false, now });
  const takes = (event: RunEvent) => step(run, event).ok;
  const isDiscardable = actions.isDiscardable || run.status === 'pending';
  demand(takes({ type: 'confirm' }) === actions.isConfirmable, `confirm, ${run.status}`);
  demand(takes({ type: 'discard' }) === isDiscardable, `discard, ${run.status}`);
  demand(takes({ type: 'cancel', at: now, coolOffMs: 0 }) === actions.isCancelable, `cancel, ${run.status}`);
  demand(
    takes({ type: 'forceCancel', at: now }) === actions.isForceCancelable,
    `force-cancel, ${run.status}`,
  );
}

/** Like `expect`, which is too slow for millions of checks. */
function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(`violated: ${what}`);
}

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list has nothing to choose from');
  return item;
}

const choices = fc.array(choice, { minLength: 30, maxLength: 100, size: 'max' });

describe('runs of one workspace, under any events', () => {
  it('never apply a plan-only run, apply twice, leave a final status or hold the workspace together', () => {
    fc.assert(
      fc.property(fc.array(runKind, { minLength: 1, maxLength: 4 }), choices, (kinds, played) => {
        for (const { run, history } of play(kinds, played)) {
          const applies = history.filter((status) => status === 'applying').length;
          expect(applies).toBeLessThanOrEqual(run.planOnly ? 0 : 1);
          if (run.planOnly) expect(history).not.toContain('confirmed');
          if (applies > 0) expect(history).toContain('confirmed');
          expect(history.slice(0, -1).filter(isFinal)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('reach every status, so that the rules above are really tested', () => {
    const visited = new Set<PlatformRunStatus>();
    fc.assert(
      fc.property(runKind, choices, (kind, played) => {
        for (const { history } of play([kind], played)) for (const status of history) visited.add(status);
      }),
      { numRuns: 2000, seed: 7 },
    );
    expect(PlatformRunStatus.options.filter((status) => !visited.has(status))).toEqual([
      'tf_policy_checked',
      'tf_policy_override',
    ]);
  });
});
