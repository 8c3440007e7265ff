import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { listOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { readRun } from '../queries.ts';
import { waitReasonResource, WaitReasonSchema } from '../waiting/document.ts';
import { readWaitReasons } from '../waiting/reasons.ts';

/** Endpoints that only this platform has. */
export function waitEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/wait-reasons',
      summary: 'Why a run waits, since when, for whom, and for how long as far as earlier runs tell',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: listOf(WaitReasonSchema) },
      handle: async ({ caller, params }) => {
        const data = await inSnapshot(platform, async (view) => {
          const run = await readRun(view.db, caller, params.id);
          return (await readWaitReasons(view, run)).map((reason) => waitReasonResource(run.id, reason));
        });
        return { status: 200, body: { data } };
      },
    }),
  ];
}
