import { describe, expect, it } from 'vitest';
import type { PlatformRunStatus } from '../vocabulary/run-status.ts';
import { CONFLICT } from './conflicts.ts';
import type { RunEvent } from './run-event.ts';
import { newRunState, type RunKind, type RunState } from './run-state.ts';
import { step } from './step.ts';

const T0 = new Date('2026-01-02T03:04:05Z');
const later = (offsetMs: number) => new Date(T0.getTime() + offsetMs);
const SCHEDULE: RunEvent = { type: 'schedule', workspaceFree: true };
const CHANGES: RunEvent = { type: 'planFinished', hasChanges: true, generatedConfiguration: false };
const NO_CHANGES: RunEvent = { ...CHANGES, hasChanges: false };
const CANCEL: RunEvent = { type: 'cancel', at: T0, coolOffMs: 60_000 };
const TO_PLANNING: RunEvent[] = [SCHEDULE, { type: 'enqueued' }, { type: 'planStarted' }];
const TO_APPLYING: RunEvent[] = [SCHEDULE, { type: 'enqueued' }, { type: 'applyStarted' }];
const TO_PLANNED = [...TO_PLANNING, CHANGES];

/** The run after these events, and every status that it passed. */
function live(kind: Partial<RunKind>, ...events: RunEvent[]): { run: RunState; path: PlatformRunStatus[] } {
  let run = newRunState(kind);
  const path: PlatformRunStatus[] = [run.status];
  for (const event of events) {
    const result = step(run, event);
    if (!result.ok) throw new Error(`${event.type}: ${result.reason}`);
    run = result.run;
    path.push(...result.path);
  }
  return { run, path };
}

function refusal(run: RunState, event: RunEvent): string | null {
  const result = step(run, event);
  return result.ok ? null : result.reason;
}

describe('a run', () => {
  it('of the standard kind waits for a person between plan and apply', () => {
    const { path } = live({}, ...TO_PLANNED, { type: 'confirm' }, ...TO_APPLYING, { type: 'applyFinished' });
    expect(path).toEqual([
      'pending',
      'queuing',
      'plan_queued',
      'planning',
      'planned',
      'confirmed',
      'queuing_apply',
      'apply_queued',
      'applying',
      'applied',
    ]);
  });

  it('with auto-apply confirms itself', () => {
    expect(live({ autoApply: true }, ...TO_PLANNED).path.slice(-2)).toEqual(['planned', 'confirmed']);
  });

  it('without changes finishes, and records that there were none', () => {
    const { run, path } = live({ autoApply: true }, ...TO_PLANNING, NO_CHANGES);
    expect(path.slice(-2)).toEqual(['planned', 'planned_and_finished']);
    expect(run.hasChanges).toBe(false);
  });

  it('that may apply an empty plan does so by itself', () => {
    expect(live({ allowEmptyApply: true }, ...TO_PLANNING, NO_CHANGES).run.status).toBe('confirmed');
  });

  it('that generated configuration waits in spite of auto-apply, and can only be discarded', () => {
    const { run } = live({ autoApply: true }, ...TO_PLANNING, { ...CHANGES, generatedConfiguration: true });
    expect(run).toMatchObject({ status: 'planned', generatedConfiguration: true });
    expect(refusal(run, { type: 'confirm' })).toBe(CONFLICT.generated);
    expect(refusal(run, { type: 'discard' })).toBeNull();
  });

  it('that is plan-only plans in a held workspace and can never be applied', () => {
    const { run } = live(
      { planOnly: true },
      { type: 'schedule', workspaceFree: false },
      ...TO_PLANNED.slice(1),
    );
    expect(run.status).toBe('planned_and_finished');
    expect(refusal(run, { type: 'confirm' })).toBe(CONFLICT.apply);
  });

  it('with a saved plan plans in a held workspace and waits for it to apply', () => {
    const { run } = live(
      { savePlan: true, autoApply: true },
      { type: 'schedule', workspaceFree: false },
      ...TO_PLANNED.slice(1),
    );
    expect(run.status).toBe('planned_and_saved');
    const confirmed = live({ savePlan: true }, ...TO_PLANNED, { type: 'confirm' }).run;
    expect(confirmed.status).toBe('confirmed');
    expect(refusal(confirmed, { type: 'schedule', workspaceFree: false })).toBe(
      'the workspace is held by another run',
    );
    expect(step(confirmed, SCHEDULE)).toMatchObject({ ok: true, path: ['queuing_apply'] });
  });

  it('waits in pending while the workspace is held', () => {
    expect(refusal(newRunState(), { type: 'schedule', workspaceFree: false })).toBe(
      'the workspace is held by another run',
    );
  });

  it('that has left pending holds the workspace itself and goes on', () => {
    const { run } = live({}, ...TO_PLANNED, { type: 'confirm' });
    expect(step(run, { type: 'schedule', workspaceFree: false })).toMatchObject({
      ok: true,
      path: ['queuing_apply'],
    });
  });
});

describe('a run with every phase', () => {
  const phases = [
    'fetch',
    'pre_plan',
    'post_plan',
    'cost_estimate',
    'policy_check',
    'pre_apply',
    'post_apply',
  ] as const;
  const PASSED: RunEvent = { type: 'phasePassed' };
  const TO_GATES: RunEvent[] = [SCHEDULE, PASSED, PASSED, ...TO_PLANNED.slice(1)];

  it('passes them in their order', () => {
    const { path } = live(
      { phases },
      ...TO_GATES,
      ...[PASSED, PASSED, PASSED],
      { type: 'confirm' },
      ...[SCHEDULE, PASSED, ...TO_APPLYING.slice(1)],
      ...[{ type: 'applyFinished' } as const, PASSED],
    );
    expect(path).toEqual([
      ...['pending', 'fetching', 'fetching_completed', 'pre_plan_running', 'pre_plan_completed', 'queuing'],
      ...[
        'plan_queued',
        'planning',
        'planned',
        'post_plan_running',
        'post_plan_completed',
        'cost_estimating',
      ],
      ...['cost_estimated', 'policy_checking', 'policy_checked', 'confirmed', 'pre_apply_running'],
      ...['pre_apply_completed', 'queuing_apply', 'apply_queued', 'applying', 'post_apply_running'],
      ...['post_apply_completed', 'applied'],
    ]);
  });

  it('decides what follows the plan only after its gates', () => {
    expect(live({ phases, autoApply: true }, ...TO_GATES).run.status).toBe('post_plan_running');
    expect(live({ phases: ['policy_check'], autoApply: true }, ...TO_PLANNED, PASSED).path.slice(-3)).toEqual(
      ['policy_checking', 'policy_checked', 'confirmed'],
    );
  });

  it.each([
    ['fetch', [SCHEDULE], 'errored'],
    ['pre_plan', [SCHEDULE], 'errored'],
    ['post_plan', TO_PLANNED, 'errored'],
    ['cost_estimate', TO_PLANNED, 'cost_estimated'],
    ['policy_check', TO_PLANNED, 'errored'],
    ['pre_apply', [...TO_PLANNED, { type: 'confirm' }, SCHEDULE], 'errored'],
    [
      'post_apply',
      [...TO_PLANNED, { type: 'confirm' }, ...TO_APPLYING, { type: 'applyFinished' }],
      'applied',
    ],
  ] as const)('a failed %s leads to the status in the table', (phase, events, status) => {
    expect(live({ phases: [phase] }, ...events, { type: 'phaseFailed' }).run.status).toBe(status);
  });

  it.each([
    ['pre_plan', [SCHEDULE], 'pre_plan_awaiting_decision', 'queuing'],
    ['post_plan', TO_PLANNED, 'post_plan_awaiting_decision', 'post_plan_completed'],
    ['policy_check', TO_PLANNED, 'policy_override', 'policy_checked'],
  ] as const)('a held %s waits for an override', (phase, events, held, after) => {
    const { run } = live({ phases: [phase] }, ...events, { type: 'phaseHeld' });
    expect(run.status).toBe(held);
    expect(refusal(run, { type: 'confirm' })).toBe(CONFLICT.apply);
    expect(step(run, { type: 'override' })).toMatchObject({ ok: true, run: { status: after } });
  });

  it('a policy held in a plan-only run ends it', () => {
    const { run } = live({ planOnly: true, phases: ['policy_check'] }, ...TO_PLANNED, { type: 'phaseHeld' });
    expect(run.status).toBe('policy_soft_failed');
  });

  it('a cost estimate has nothing to override', () => {
    const { run } = live({ phases: ['cost_estimate'] }, ...TO_PLANNED);
    expect(refusal(run, { type: 'phaseHeld' })).toContain('cost_estimating');
  });
});

describe('cancel', () => {
  it('ends a run at once while terraform is not working on it', () => {
    const { run, path } = live({}, SCHEDULE, CANCEL);
    expect(path.at(-1)).toBe('canceled');
    expect(run).toMatchObject({ cancelRequestedAt: T0, forceCancelAvailableAt: later(60_000) });
  });

  it.each([['planFinished'], ['planFailed'], ['processEnded']])('of a plan takes hold with %s', (type) => {
    const { run } = live({}, ...TO_PLANNING, CANCEL);
    expect(run.status).toBe('planning');
    const ended = step(run, type === 'planFinished' ? CHANGES : ({ type } as RunEvent));
    expect(ended).toMatchObject({ ok: true, path: ['canceled'] });
  });

  it('of an apply that fails or just ends makes it canceled, of one that succeeds applied', () => {
    const { run } = live({ autoApply: true, phases: ['post_apply'] }, ...TO_PLANNED, ...TO_APPLYING, CANCEL);
    expect(step(run, { type: 'applyFailed' })).toMatchObject({ run: { status: 'canceled' } });
    expect(step(run, { type: 'processEnded' })).toMatchObject({ run: { status: 'canceled' } });
    expect(step(run, { type: 'applyFinished' })).toMatchObject({ run: { status: 'applied' } });
  });

  it('is refused a second time, at rest and at the end', () => {
    for (const events of [[...TO_PLANNING, CANCEL], TO_PLANNED, [CANCEL]]) {
      expect(refusal(live({}, ...events).run, CANCEL)).toBe(CONFLICT.cancel);
    }
  });
});

describe('force-cancel', () => {
  const { run } = live({}, ...TO_PLANNING, CANCEL);

  it('waits for the cool-off', () => {
    expect(refusal(run, { type: 'forceCancel', at: later(59_999) })).toBe(CONFLICT.forceCancel);
    expect(step(run, { type: 'forceCancel', at: later(60_000) })).toMatchObject({ path: ['force_canceled'] });
  });

  it('is refused without a cancel before it, and at the end', () => {
    expect(refusal(live({}, ...TO_PLANNING).run, { type: 'forceCancel', at: later(1e9) })).toBe(
      CONFLICT.forceCancel,
    );
    expect(refusal(live({}, CANCEL).run, { type: 'forceCancel', at: later(1e9) })).toBe(CONFLICT.forceCancel);
  });
});

describe('discard', () => {
  it.each<[string, Partial<RunKind>, RunEvent[]]>([
    ['a pending run', {}, []],
    ['a planned run', {}, TO_PLANNED],
    ['a saved plan', { savePlan: true }, TO_PLANNED],
    ['a run that needs an override', { phases: ['policy_check'] }, [...TO_PLANNED, { type: 'phaseHeld' }]],
  ])('ends %s', (_name, kind, events) => {
    expect(live(kind, ...events, { type: 'discard' }).run.status).toBe('discarded');
  });

  it.each<[string, RunEvent[]]>([
    ['while planning', TO_PLANNING],
    ['once confirmed', [...TO_PLANNED, { type: 'confirm' }]],
    ['once applied', [...TO_PLANNED, { type: 'confirm' }, ...TO_APPLYING, { type: 'applyFinished' }]],
  ])('is refused %s', (_name, events) => {
    expect(refusal(live({}, ...events).run, { type: 'discard' })).toBe(CONFLICT.discard);
  });
});

describe('apply', () => {
  it.each<[string, RunEvent[]]>([
    ['before the plan', []],
    ['while planning', TO_PLANNING],
    ['twice', [...TO_PLANNED, { type: 'confirm' }]],
    ['after a discard', [...TO_PLANNED, { type: 'discard' }]],
  ])('is refused %s', (_name, events) => {
    expect(refusal(live({}, ...events).run, { type: 'confirm' })).toBe(CONFLICT.apply);
  });
});

describe('a lost worker', () => {
  it.each<[string, RunEvent[]]>([
    ['plan_queued', TO_PLANNING.slice(0, 2)],
    ['planning', TO_PLANNING],
    ['apply_queued', [...TO_PLANNED, { type: 'confirm' }, ...TO_APPLYING.slice(0, 2)]],
    ['applying', [...TO_PLANNED, { type: 'confirm' }, ...TO_APPLYING]],
  ])('in %s makes the run errored', (status, events) => {
    const { run } = live({}, ...events);
    expect(run.status).toBe(status);
    expect(step(run, { type: 'workerLost' })).toMatchObject({ path: ['errored'] });
  });

  it('means nothing to a run at rest', () => {
    expect(refusal(live({}, ...TO_PLANNED).run, { type: 'workerLost' })).toBe(
      '"workerLost" cannot happen to a run that is planned',
    );
  });
});

describe('the effect of other runs on a run', () => {
  it('a force-executed run displaces one at rest, not one at work', () => {
    expect(live({}, ...TO_PLANNED, { type: 'displaced' }).run.status).toBe('discarded');
    expect(refusal(live({}, ...TO_PLANNING).run, { type: 'displaced' })).not.toBeNull();
  });

  it('a force-executed run displaces those that wait before it', () => {
    expect(live({}, { type: 'displaced' }).run.status).toBe('discarded');
  });

  it('a plan-only run that nobody took in time expires, and no other', () => {
    const queued = TO_PLANNING.slice(0, 2);
    expect(live({ planOnly: true }, ...queued, { type: 'expired' }).run.status).toBe('canceled');
    expect(refusal(live({}, ...queued).run, { type: 'expired' })).not.toBeNull();
    expect(refusal(live({ planOnly: true }, ...TO_PLANNING).run, { type: 'expired' })).not.toBeNull();
  });

  it('a saved plan gets outdated', () => {
    expect(live({ savePlan: true }, ...TO_PLANNED, { type: 'outdated' }).run.status).toBe('discarded');
    expect(refusal(live({}, ...TO_PLANNED).run, { type: 'outdated' })).not.toBeNull();
  });

  it('a newer commit supersedes a plan-only run and no other', () => {
    expect(live({ planOnly: true }, ...TO_PLANNING, { type: 'superseded' }).run.status).toBe('canceled');
    expect(refusal(live({}, ...TO_PLANNING).run, { type: 'superseded' })).not.toBeNull();
  });
});
