import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_OPERATIONS,
  matchesOperation,
  type OperationFlags,
  operationPredicate,
} from './operation-flags.ts';
import { PlatformRunOperation, RunOperation } from './run-operation.ts';

const flags: fc.Arbitrary<OperationFlags> = fc.record({
  planOnly: fc.boolean(),
  isDestroy: fc.boolean(),
  savePlan: fc.boolean(),
  refreshOnly: fc.boolean(),
  allowEmptyApply: fc.boolean(),
});

describe('operations', () => {
  it('have the words of the specification and of the platform', () => {
    expect(RunOperation.options).toEqual(['plan', 'plan_destroy', 'apply', 'destroy']);
    expect(PlatformRunOperation.options).toEqual([
      'plan_only',
      'plan_and_apply',
      'save_plan',
      'refresh_only',
      'destroy',
      'empty_apply',
    ]);
  });

  it("sort every run into exactly one of the specification's four", () => {
    fc.assert(
      fc.property(flags, (run) => {
        expect(RunOperation.options.filter((word) => matchesOperation(word, run))).toHaveLength(1);
      }),
    );
  });

  it('are recognized by a run’s flags', () => {
    fc.assert(
      fc.property(flags, (run) => {
        const { planOnly, isDestroy, savePlan, refreshOnly, allowEmptyApply } = run;
        const matching = PlatformRunOperation.options.filter((word) => matchesOperation(word, run));
        expect(matching.includes('plan_only')).toBe(planOnly);
        expect(matching.includes('destroy')).toBe(isDestroy && !planOnly);
        expect(matching.includes('save_plan')).toBe(savePlan);
        expect(matching.includes('refresh_only')).toBe(refreshOnly && !planOnly);
        expect(matching.includes('empty_apply')).toBe(allowEmptyApply && !planOnly);
        expect(matching.includes('plan_and_apply')).toBe(matching.every((word) => word === 'plan_and_apply'));
      }),
    );
  });

  it('exclude only plan-only runs by default', () => {
    fc.assert(
      fc.property(flags, (run) => {
        expect(DEFAULT_OPERATIONS.some((word) => matchesOperation(word, run))).toBe(!run.planOnly);
      }),
    );
  });

  it('are data from which a query can be made', () => {
    expect(operationPredicate('plan_destroy')).toEqual({ planOnly: true, isDestroy: true });
    expect(operationPredicate('save_plan')).toEqual({ savePlan: true });
  });
});
