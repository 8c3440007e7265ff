import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import type { RiskFacts } from './document.ts';

/** The caller has checked who may read the run. */
export async function readPlanRisk(db: Kysely<Database>, runId: string): Promise<RiskFacts> {
  const { id, risk_score, risk } = await db
    .selectFrom('run_phase')
    .select(['id', 'risk_score', 'risk'])
    .where('run_id', '=', runId)
    .where('kind', '=', 'plan')
    .executeTakeFirstOrThrow();
  return { runId, planId: id, score: risk_score, findings: risk ?? [] };
}
