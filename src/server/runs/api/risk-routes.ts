import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { riskSummaryResource, RiskSummarySchema } from '../../plan-risk/document.ts';
import { readPlanRisk } from '../../plan-risk/read.ts';
import { readRun } from '../queries.ts';

/** Endpoints that only this platform has. */
export function riskEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/risk-summary',
      summary: 'What people should look at in the plan of a run, and how much',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(RiskSummarySchema) },
      handle: async ({ caller, params }) => {
        const facts = await inSnapshot(platform, async ({ db }) => {
          const run = await readRun(db, caller, params.id);
          return await readPlanRisk(db, run.id);
        });
        return { status: 200, body: { data: riskSummaryResource(facts) } };
      },
    }),
  ];
}
