import type { RunPhase } from '@runwright/models';
import { costEstimateWork } from './cost-estimate.ts';
import { policyCheckWork } from './policy-check.ts';
import { stagePolicyWork } from './stage-policies.ts';
import type { PhaseWork } from './phase-work.ts';

/** The work of each phase that runs may have (`runs/phase-table.ts`). */
export const PHASE_WORK: { readonly [phase in RunPhase]?: PhaseWork } = {
  post_plan: stagePolicyWork,
  cost_estimate: costEstimateWork,
  policy_check: policyCheckWork,
};
