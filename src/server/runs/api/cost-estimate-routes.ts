import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { CostEstimateSchema, costEstimateResource } from '../../cost-estimates/document.ts';
import { readCostEstimates } from '../../cost-estimates/service.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { readRun } from '../queries.ts';

export const costEstimateEndpoints = ({ db }: Platform): Endpoint<Caller>[] => [
  endpoint({
    method: 'GET',
    url: '/api/v2/cost-estimates/:id',
    summary: 'Read what the resources of a run cost in a month, before and after its plan',
    access: 'account',
    permission: 'workspace:read-runs',
    params: IdParams,
    answers: { 200: documentOf(CostEstimateSchema) },
    handle: async ({ caller, params }) => {
      const [estimate] = await readCostEstimates({ db }, [params.id]);
      if (estimate === undefined) refuse('not_found');
      await readRun(db, caller, estimate.run_id);
      return { status: 200, body: { data: costEstimateResource(estimate) } };
    },
  }),
];
