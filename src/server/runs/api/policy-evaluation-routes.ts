import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf, oneOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import {
  PolicyEvaluationSchema,
  policyEvaluationResource,
  PolicySetOutcomeSchema,
  policySetOutcomeResource,
} from '../../policy-checks/document.ts';
import { findOutcome, readEvaluations, type OutcomeDetails } from '../../policy-checks/service.ts';
import { readRun } from '../queries.ts';

const IncludeQuery = z.object({ include: includeOf(['policy_set_outcomes']) });
const PAIRS = Array.from({ length: 10 }, (_, index) => index);
const nameOf = (pair: number, key: 'status' | 'enforcement_level'): string => `filter[${pair}][${key}]`;
/** `filter[0][status]=failed&filter[0][enforcement_level]=advisory`: outcomes that match one of the numbered pairs. */
const filters: Record<string, ReturnType<typeof oneOf>> = Object.fromEntries(
  PAIRS.flatMap((pair) => [
    [nameOf(pair, 'status'), oneOf('passed', 'failed', 'errored')],
    [nameOf(pair, 'enforcement_level'), oneOf('advisory', 'mandatory', 'soft-mandatory', 'hard-mandatory')],
  ]),
);
const OutcomesQuery = z.object({ ...filters, ...PageQuery.shape });

/** The outcomes of the policies of each language for a run, set by set (api-contract §4.7). */
export function policyEvaluationEndpoints({ db }: Platform): Endpoint<Caller>[] {
  const readEvaluation = async (caller: Caller, id: string) => {
    const [found] = await readEvaluations(db, 'id', [id]);
    if (found === undefined) refuse('not_found');
    await readRun(db, caller, found.runId);
    return found;
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-evaluations/:id',
      summary: 'Read what came of the policies of one language',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(PolicyEvaluationSchema) },
      handle: async ({ caller, params, query }) => {
        const evaluation = await readEvaluation(caller, params.id);
        const included = evaluation.outcomes.map(policySetOutcomeResource);
        return {
          status: 200,
          body: {
            data: policyEvaluationResource(evaluation),
            ...(parseInclude(query.include).length === 0 ? {} : { included }),
          },
        };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-evaluations/:id/policy-set-outcomes',
      summary:
        'List what the policies of each set said; filter[0][status] and filter[0][enforcement_level] narrow it',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: OutcomesQuery,
      answers: { 200: pagedListOf(PolicySetOutcomeSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { outcomes } = await readEvaluation(caller, params.id);
        const fitting = narrow(outcomes, query);
        const page = pageOf(query);
        const shown = fitting.slice((page.number - 1) * page.size, page.number * page.size);
        return {
          status: 200,
          body: { data: shown.map(policySetOutcomeResource), ...paginate(raw.url, page, fitting.length) },
        };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-set-outcomes/:id',
      summary: 'Read what the policies of one set said of a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(PolicySetOutcomeSchema) },
      handle: async ({ caller, params }) => {
        const found = await findOutcome(db, params.id);
        if (found === undefined) refuse('not_found');
        await readRun(db, caller, found.runId);
        return { status: 200, body: { data: policySetOutcomeResource(found.outcome) } };
      },
    }),
  ];
}

/** Sets without a matching outcome are left out. */
function narrow(sets: readonly OutcomeDetails[], query: Record<string, unknown>): OutcomeDetails[] {
  const pairs = PAIRS.map((pair) => ({
    status: query[nameOf(pair, 'status')],
    level: query[nameOf(pair, 'enforcement_level')],
  })).filter(({ status, level }) => status !== undefined || level !== undefined);
  if (pairs.length === 0) return [...sets];
  const fits = (outcome: OutcomeDetails['outcomes'][number]): boolean =>
    pairs.some(
      ({ status = outcome.status, level = outcome.enforcement_level }) =>
        status === outcome.status &&
        (level === outcome.enforcement_level ||
          // Clients use this name for both levels that can stop a run.
          (level === 'mandatory' && outcome.enforcement_level !== 'advisory')),
    );
  return sets
    .map((set) => ({ ...set, outcomes: set.outcomes.filter(fits) }))
    .filter(({ outcomes }) => outcomes.length > 0);
}
