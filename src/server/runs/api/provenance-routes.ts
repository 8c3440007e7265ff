import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { documentOf } from '../../http/document-schema.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { provenanceOf, ProvenanceSchema } from '../provenance.ts';
import { readRun } from '../queries.ts';

/** An endpoint that only this platform has. */
export function provenanceEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/runs/:id/provenance',
      summary: 'The digests of the configuration, the plan and the state that an apply of a run uses',
      access: 'account',
      permission: 'workspace:read-runs',
      params: IdParams,
      answers: { 200: documentOf(ProvenanceSchema) },
      handle: async ({ caller, params }) => {
        const data = await inSnapshot(
          platform,
          async ({ db }) => await provenanceOf(db, caller, await readRun(db, caller, params.id)),
        );
        return { status: 200, body: { data } };
      },
    }),
  ];
}
