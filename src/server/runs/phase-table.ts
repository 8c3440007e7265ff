import { RUN_PHASES, type RunPhase } from '@runwright/models';
import { costEstimateRows } from '../cost-estimates/phase-rows.ts';
import { policyCheckRows } from '../policy-checks/phase-rows.ts';
import type { NewRun, PhaseRows } from '../run-phases/phase-rows.ts';
import { stagesOfNewRun } from '../task-stages/tasks-of-run.ts';
import { taskStageRows } from '../task-stages/phase-rows.ts';
import type { Run, Tx } from './transitions.ts';

/** The phases with work of their own, each with its folder's rows. */
const PHASE_ROWS: { readonly [phase in RunPhase]?: PhaseRows } = {
  pre_plan: taskStageRows('pre_plan'),
  post_plan: taskStageRows('post_plan'),
  cost_estimate: costEstimateRows,
  policy_check: policyCheckRows,
  pre_apply: taskStageRows('pre_apply'),
  post_apply: taskStageRows('post_apply'),
};

/** The phases of a new run, in their order. */
export async function phasesOfNewRun(tx: Tx, run: NewRun): Promise<RunPhase[]> {
  // One statement finds all of them.
  const stages: readonly RunPhase[] = await stagesOfNewRun(tx, run);
  const wanted: RunPhase[] = [];
  for (const phase of RUN_PHASES) {
    if (stages.includes(phase) || (await PHASE_ROWS[phase]?.isWanted?.(tx, run))) wanted.push(phase);
  }
  return wanted;
}

export async function preparePhases(tx: Tx, run: Run): Promise<void> {
  for (const rows of Object.values(PHASE_ROWS)) await rows.prepare?.(tx, run);
}

export async function beginPhase(tx: Tx, run: Run, phase: RunPhase): Promise<void> {
  await PHASE_ROWS[phase]?.begin?.(tx, run);
}

export async function closePhases(tx: Tx, run: Run): Promise<void> {
  for (const phase of run.phases) await PHASE_ROWS[phase]?.close?.(tx, run);
}
