import { matchesOperation, type PlatformRunOperation, type RunAttributes } from '@runwright/models';

const SPECIAL: readonly PlatformRunOperation[] = [
  'destroy',
  'refresh_only',
  'save_plan',
  'plan_only',
  'empty_apply',
];

/** The kind of the run, by the most significant of its flags. */
export function operationOf(attributes: RunAttributes): PlatformRunOperation {
  const flags = {
    planOnly: attributes['plan-only'] === true,
    isDestroy: attributes['is-destroy'] === true,
    savePlan: attributes['save-plan'] === true,
    refreshOnly: attributes['refresh-only'] === true,
    allowEmptyApply: attributes['allow-empty-apply'] === true,
  };
  return SPECIAL.find((operation) => matchesOperation(operation, flags)) ?? 'plan_and_apply';
}
