import type { Caller } from '../../access/caller.ts';
import { approvalStandingResource, ApprovalStandingSchema } from '../../approval-rules/document.ts';
import { readApprovalStanding } from '../../approval-rules/standing.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { readRun } from '../queries.ts';

/** Endpoints that only this platform has. */
export function planApprovalEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/approvals',
      summary: 'What a run needs before it is applied, and who has approved its plan',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(ApprovalStandingSchema) },
      handle: async ({ caller, params }) => {
        const standing = await inSnapshot(platform, async ({ db }) => {
          const run = await readRun(db, caller, params.id);
          return await readApprovalStanding(db, caller, run);
        });
        return { status: 200, body: { data: approvalStandingResource(standing) } };
      },
    }),
  ];
}
