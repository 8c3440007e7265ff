import type { Estimate } from '../../checks/estimate.ts';
import { checkInProcess, CheckProblem } from '../check-process/check-process.ts';
import type { Platform } from '../context.ts';
import { askEstimator, EstimatorProblem } from '../cost-estimates/external-estimator.ts';
import { moveEstimate } from '../cost-estimates/phase-rows.ts';
import type { UsedPriceBook } from '../database/tables/checks.ts';
import { readCurrentPrices } from '../price-books/service.ts';
import { findPlanArtifact } from '../runs/plan-artifacts.ts';
import type { Run } from '../runs/transitions.ts';
import type { PhaseEnd, PhaseWork } from './phase-work.ts';

/** No error of an estimate stops the run (api-contract §3.3 row 18). */
export const costEstimateWork: PhaseWork = {
  async work(platform, run, signal) {
    const { costCommand } = platform;
    const artifact = costCommand === null ? 'redacted-plan' : 'plan-json';
    const plan = await findPlanArtifact(platform.db, run.id, artifact);
    if (plan === undefined) return unknown('the plan has left nothing to estimate');
    const file = platform.blobs.fileOf(plan.sha256);
    try {
      if (costCommand !== null) return finished(await askEstimator(costCommand, file, signal), []);
      return await estimateWithBooks(platform, run, file, signal);
    } catch (error) {
      if (error instanceof CheckProblem) return unknown(error.message);
      if (error instanceof EstimatorProblem) return unknown(`the estimator failed: ${error.message}`);
      throw error;
    }
  },

  giveUp: (_run, reason) => unknown(reason),
};

async function estimateWithBooks(
  { db }: Platform,
  run: Run,
  plan: string,
  signal: AbortSignal,
): Promise<PhaseEnd> {
  const books = await readCurrentPrices(db, run.organization_id);
  const request = { kind: 'estimate', plan, books: books.map(({ prices }) => prices) } as const;
  const estimate = await checkInProcess(request, { files: [plan], signal });
  return finished(
    estimate,
    books.map(({ used }) => used),
  );
}

function finished(estimate: Estimate, books: readonly UsedPriceBook[]): PhaseEnd {
  const { currency, prior, proposed, delta, resourcesCount, matched, unmatched } = estimate;
  return {
    outcome: 'passed',
    record: async (tx, run) =>
      await moveEstimate(tx, run.id, 'finished', {
        currency,
        prior,
        proposed,
        delta,
        resources_count: resourcesCount,
        matched: JSON.stringify(matched),
        unmatched: JSON.stringify(unmatched),
        price_books: JSON.stringify(books),
      }),
  };
}

const unknown = (reason: string): PhaseEnd => ({
  outcome: 'failed',
  description: `The cost could not be estimated: ${reason}.`,
  record: async (tx, run) =>
    await moveEstimate(tx, run.id, 'errored', {
      error_message: `The cost could not be estimated: ${reason}.`,
    }),
});
