import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterPlan, type PlanOutcome } from './after-plan.ts';

const STANDARD: PlanOutcome = {
  planOnly: false,
  savePlan: false,
  autoApply: false,
  allowEmptyApply: false,
  hasChanges: true,
  generatedConfiguration: false,
};

const outcome: fc.Arbitrary<PlanOutcome> = fc.record({
  planOnly: fc.boolean(),
  savePlan: fc.boolean(),
  autoApply: fc.boolean(),
  allowEmptyApply: fc.boolean(),
  hasChanges: fc.boolean(),
  generatedConfiguration: fc.boolean(),
  needsConfirmation: fc.boolean(),
});

describe('afterPlan', () => {
  it.each<[string, Partial<PlanOutcome>, ReturnType<typeof afterPlan>]>([
    ['a standard run with changes waits', {}, 'planned'],
    ['one without changes is finished', { hasChanges: false }, 'planned_and_finished'],
    ['auto-apply confirms changes', { autoApply: true }, 'confirmed'],
    [
      'auto-apply has nothing to confirm without changes',
      { autoApply: true, hasChanges: false },
      'planned_and_finished',
    ],
    ['plan-only is finished', { planOnly: true }, 'planned_and_finished'],
    [
      'plan-only never applies by itself',
      { planOnly: true, autoApply: true, allowEmptyApply: true },
      'planned_and_finished',
    ],
    ['a saved plan is kept', { savePlan: true }, 'planned_and_saved'],
    ['a saved plan never applies by itself', { savePlan: true, autoApply: true }, 'planned_and_saved'],
    [
      'a saved plan without changes is finished',
      { savePlan: true, hasChanges: false },
      'planned_and_finished',
    ],
    ['an empty apply goes through by itself', { allowEmptyApply: true, hasChanges: false }, 'confirmed'],
    ['an empty apply that has changes waits like any other', { allowEmptyApply: true }, 'planned'],
    [
      'a plan for a person to look at waits, empty or not',
      { needsConfirmation: true, autoApply: true, allowEmptyApply: true, hasChanges: false },
      'planned',
    ],
    ['generated configuration needs a person', { generatedConfiguration: true, autoApply: true }, 'planned'],
  ])('%s', (_name, change, next) => {
    expect(afterPlan({ ...STANDARD, ...change })).toBe(next);
  });

  it('never automatically applies a run that is plan-only, saved, generated or for a person to look at', () => {
    fc.assert(
      fc.property(outcome, (run) => {
        if (run.planOnly || run.savePlan || run.generatedConfiguration || run.needsConfirmation)
          expect(afterPlan(run)).not.toBe('confirmed');
      }),
    );
  });

  it('automatically applies a run that asked for it, or an empty plan that may be applied', () => {
    fc.assert(
      fc.property(outcome, (run) => {
        if (afterPlan(run) !== 'confirmed') return;
        expect(run.hasChanges ? run.autoApply : run.allowEmptyApply).toBe(true);
      }),
    );
  });
});
