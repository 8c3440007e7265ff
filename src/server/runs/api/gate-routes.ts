import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { readRun } from '../queries.ts';

/** Checks between plan and apply that HCP Terraform has and this server lacks: each run has none of them. */
const GATES = [
  {
    path: 'tf-policy-evaluations',
    summary: 'List the Terraform policy evaluations of a run',
    includes: ['tf_policy_set_outcomes'],
  },
];

/** The terraform CLI reads these lists after a plan (api-contract §4.5, §4.7, §4.8). */
export function gateEndpoints({ db }: Platform): Endpoint<Caller>[] {
  return GATES.map(({ path, summary, includes }) =>
    endpoint({
      method: 'GET',
      url: `/api/v2/runs/:id/${path}`,
      summary,
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: PageQuery.extend({ include: includeOf([], includes) }),
      answers: { 200: pagedListOf(z.never()) },
      handle: async ({ caller, params, query, raw }) => {
        await readRun(db, caller, params.id);
        return { status: 200, body: { data: [], ...paginate(raw.url, pageOf(query), 0) } };
      },
    }),
  );
}
