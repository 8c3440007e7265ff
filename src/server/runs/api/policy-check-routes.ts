import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import { canInWorkspace } from '../../access/permissions.ts';
import type { Platform } from '../../context.ts';
import { bytes, refusal } from '../../http/answers.ts';
import { documentOf, pagedListOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { pageOf, PageQuery, paginate } from '../../http/pagination.ts';
import { refuse } from '../../http/refusal.ts';
import { PolicyCheckSchema, policyCheckResource } from '../../policy-checks/document.ts';
import { readPolicyChecks, type CheckDetails } from '../../policy-checks/service.ts';
import { overridePolicies } from '../override-policies.ts';
import { readRun, workspaceOf } from '../queries.ts';
import type { Run } from '../transitions.ts';
import { describeRuns } from './describe.ts';

const IncludeQuery = z.object({ include: includeOf(['run', 'run.workspace']) });
const OverrideBody = z
  .object({ comment: z.string().trim().max(4_000, 'must have at most 4000 characters').nullish() })
  .nullish();

/** The policy checks of a run, and the decisions about them (api-contract §4.6). */
export function policyCheckEndpoints(platform: Platform): Endpoint<Caller>[] {
  const { db } = platform;
  const read = async (caller: Caller, id: string): Promise<{ details: CheckDetails; run: Run }> => {
    const [details] = await readPolicyChecks(db, 'id', [id]);
    if (details === undefined) refuse('not_found');
    return { details, run: await readRun(db, caller, details.check.run_id) };
  };
  const describe = async (caller: Caller, details: CheckDetails, run: Run) =>
    policyCheckResource(details, await canInWorkspace(db, caller, workspaceOf(run), 'override-policies'));
  const includedOf = async (caller: Caller, run: Run, asked?: string) => {
    const names = parseInclude(asked);
    if (names.length === 0) return {};
    const ofRun = names.includes('run.workspace') ? 'workspace' : undefined;
    const { data, included = [] } = await describeRuns(platform, caller, [run], ofRun);
    return { included: [...data, ...included] };
  };
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/policy-checks',
      summary: 'List the policy checks of a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: PageQuery.extend(IncludeQuery.shape),
      answers: { 200: pagedListOf(PolicyCheckSchema) },
      handle: async ({ caller, params, query, raw }) => {
        const run = await readRun(db, caller, params.id);
        const checks = await readPolicyChecks(db, 'run_id', [run.id]);
        const page = pageOf(query);
        const shown = page.number === 1 ? checks : [];
        const data = await Promise.all(shown.map(async (details) => await describe(caller, details, run)));
        const included = await includedOf(caller, run, query.include);
        return { status: 200, body: { data, ...included, ...paginate(raw.url, page, checks.length) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-checks/:id',
      summary: 'Read what came of the policies of a run',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      query: IncludeQuery,
      answers: { 200: documentOf(PolicyCheckSchema) },
      handle: async ({ caller, params, query }) => {
        const { details, run } = await read(caller, params.id);
        const data = await describe(caller, details, run);
        return { status: 200, body: { data, ...(await includedOf(caller, run, query.include)) } };
      },
    }),
    endpoint({
      method: 'GET',
      url: '/api/v2/policy-checks/:id/output',
      summary: 'Read what each policy said of a run, as the terraform CLI prints it',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: bytes('text/plain') },
      handle: async ({ caller, params }) => {
        const { details } = await read(caller, params.id);
        const headers = { 'Content-Type': 'text/plain; charset=utf-8' };
        return { status: 200, text: details.check.output, headers };
      },
    }),
    endpoint({
      method: 'POST',
      url: '/api/v2/policy-checks/:id/actions/override',
      summary: 'Let a run go on in spite of its policies, with a reason',
      example: { comment: 'The night shift needs it; agreed with security.' },
      access: 'account',
      permission: 'workspace:override-policies',
      params: IdParams,
      body: OverrideBody,
      answers: { 200: documentOf(PolicyCheckSchema), 403: refusal },
      handle: async ({ caller, params, body }) => {
        const { details } = await read(caller, params.id);
        await overridePolicies(platform, caller, details.check.run_id, body?.comment || undefined);
        const after = await read(caller, params.id);
        return { status: 200, body: { data: await describe(caller, after.details, after.run) } };
      },
    }),
  ];
}
