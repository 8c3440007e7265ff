import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInWorkspace } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate, type Page } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { costEstimateResource } from '../../cost-estimates/document.ts';
import { readCostEstimates } from '../../cost-estimates/service.ts';
import { policyEvaluationResource, PolicyEvaluationSchema } from '../../policy-checks/document.ts';
import { readEvaluations } from '../../policy-checks/service.ts';
import {
  taskResultOutcomeResource,
  taskResultResource,
  taskStageResource,
  TaskStageSchema,
} from '../../task-stages/document.ts';
import { readOutcomes, readResults, readStages, type StageDetails } from '../../task-stages/service.ts';
import { overrideTasks } from '../override-tasks.ts';
import { readRun, workspaceOf } from '../queries.ts';
import type { Run } from '../transitions.ts';
import { describeRuns } from './describe.ts';

const include = includeOf([
  ...['task_results', 'task_results.outcomes', 'policy_evaluations', 'cost_estimate'],
  ...['run', 'run.workspace'],
]);
const IncludeQuery = z.object({ include });
const OverrideBody = z
  .object({ comment: z.string().trim().max(4_000, 'must have at most 4000 characters').nullish() })
  .nullish();

/** The results of the services that a run asks, and the decisions about them (api-contract §4.7). */
export function taskStageEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const read = async (caller: Caller, id: string): Promise<{ details: StageDetails; run: Run }> => {
    const [details] = await readStages(db, 'id', [id]);
    if (details === undefined) refuse('not_found');
    return { details, run: await readRun(db, caller, details.stage.run_id) };
  };
  const describe = async (caller: Caller, run: Run, stages: readonly StageDetails[], asked?: string) => {
    const canOverride = await canInWorkspace(db, caller, workspaceOf(run), 'override-policies');
    const names = parseInclude(asked);
    const ids = stages.map(({ stage }) => stage.id);
    const wantsResults = names.some((name) => name.startsWith('task_results'));
    const results = wantsResults ? await readResults(db, 'task_stage_id', ids) : [];
    const outcomes = names.includes('task_results.outcomes')
      ? await readOutcomes(
          db,
          results.map(({ result }) => result.id),
        )
      : [];
    const evaluations = names.includes('policy_evaluations')
      ? await readEvaluations(db, 'task_stage_id', ids)
      : [];
    const estimateIds = stages.flatMap(({ costEstimateId: own }) => (own === null ? [] : [own]));
    const estimates = names.includes('cost_estimate')
      ? await readCostEstimates(platform, [...new Set(estimateIds)])
      : [];
    const wantsRun = names.some((name) => name.startsWith('run'));
    const ofRun = names.includes('run.workspace') ? 'workspace' : undefined;
    const runs = wantsRun ? await describeRuns(platform, caller, [run], ofRun) : { data: [] };
    const included = [
      ...results.map(taskResultResource),
      ...outcomes.map(taskResultOutcomeResource),
      ...evaluations.map(policyEvaluationResource),
      ...estimates.map(costEstimateResource),
      ...runs.data,
      ...(runs.included ?? []),
    ];
    return {
      data: stages.map((stage) => taskStageResource(stage, canOverride)),
      ...(included.length === 0 ? {} : { included }),
    };
  };
  const one = async (caller: Caller, id: string, asked?: string) => {
    const { details, run } = await read(caller, id);
    const { data, ...rest } = await describe(caller, run, [details], asked);
    return { data: data[0], ...rest };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/task-stages',
      summary: 'List the task stages of a run, in the order of its life',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: PageQuery.extend({ include }),
      answers: { 200: pagedListOf(TaskStageSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const run = await readRun(db, caller, params.id);
        const stages = await readStages(db, 'run_id', [run.id]);
        const page = pageOf(query);
        const shown = await describe(caller, run, ofPage(stages, page), query.include);
        return { status: 200, body: { ...shown, ...paginate(raw.url, page, stages.length) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/task-stages/:id',
      summary: 'Read a task stage of a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(TaskStageSchema) },
      handle: async ({ caller, params, query }) => ({
        status: 200,
        body: await one(caller, params.id, query.include),
      }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/task-stages/:id/policy-evaluations',
      summary: 'List what came of the policies that are evaluated at a task stage, by their language',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(PolicyEvaluationSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { details } = await read(caller, params.id);
        const evaluations = await readEvaluations(db, 'task_stage_id', [details.stage.id]);
        const page = pageOf(query);
        const data = ofPage(evaluations, page).map(policyEvaluationResource);
        return { status: 200, body: { data, ...paginate(raw.url, page, evaluations.length) } };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/task-stages/:id/actions/override',
      summary: 'Let a run go on in spite of the tasks and policies of a stage, with a reason',
      example: { comment: 'The scanner is wrong about this one; agreed with security.' },
      access: 'account',
      permission: 'workspace:override-policies',
      params: IdParams,
      body: OverrideBody,
      answers: { 200: documentOf(TaskStageSchema) },
      handle: async ({ caller, params, body }) => {
        const { details } = await read(caller, params.id);
        await overrideTasks(platform, caller, details.stage, body?.comment || undefined);
        return { status: 200, body: await one(caller, params.id) };
      },
    }),
  ];
}

const ofPage = <Item>(items: readonly Item[], { number, size }: Page): Item[] =>
  items.slice((number - 1) * size, number * size);
