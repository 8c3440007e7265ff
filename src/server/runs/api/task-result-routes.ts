import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import {
  taskResultOutcomeResource,
  TaskResultOutcomeSchema,
  taskResultResource,
  TaskResultSchema,
} from '../../task-stages/document.ts';
import { findOutcome, readOutcomes, readResults } from '../../task-stages/service.ts';
import { readRun } from '../queries.ts';

/** The result of one service for a run (api-contract §4.7). */
export function taskResultEndpoints({ db }: Platform): Endpoint<Caller>[] {
  const read = async (caller: Caller, id: string) => {
    const [details] = await readResults(db, 'id', [id]);
    if (details === undefined) refuse('not_found');
    await readRun(db, caller, details.stage.run_id);
    return details;
  };
  const readOutcome = async (caller: Caller, id: string) => {
    const outcome = await findOutcome(db, id);
    if (outcome === undefined) refuse('not_found');
    await readRun(db, caller, outcome.run_id);
    return outcome;
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/task-results/:id',
      summary: 'Read what a run task came to',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(TaskResultSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: taskResultResource(await read(caller, params.id)) },
      }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/task-results/:id/outcomes',
      summary: 'List the findings of a run task',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: PageQuery,
      answers: { 200: pagedListOf(TaskResultOutcomeSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const { result } = await read(caller, params.id);
        const outcomes = await readOutcomes(db, [result.id]);
        const page = pageOf(query);
        const shown = outcomes.slice((page.number - 1) * page.size, page.number * page.size);
        const data = shown.map(taskResultOutcomeResource);
        return { status: 200, body: { data, ...paginate(raw.url, page, outcomes.length) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/task-result-outcomes/:id',
      summary: 'Read a finding of a run task',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(TaskResultOutcomeSchema) },
      handle: async ({ caller, params }) => ({
        status: 200,
        body: { data: taskResultOutcomeResource(await readOutcome(caller, params.id)) },
      }),
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/task-result-outcomes/:id/body',
      summary: 'Read what a run task wrote about a finding, as Markdown',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: bytes('text/plain') },
      handle: async ({ caller, params }) => {
        const { body } = await readOutcome(caller, params.id);
        // The text comes from an outside service: a browser must not take it for a page of this server.
        const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
        return { status: 200, text: body, headers };
      },
    }),
  ];
}
