import * as z from 'zod';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { inSnapshot } from '../../database/transact.ts';
import { endpoint, type Endpoint } from '../../http/endpoint.ts';
import { IdParams, parseInclude } from '../../http/json-api.ts';
import { includeOf } from '../../http/list-query.ts';
import { VariableListSchema } from '../../variables/document.ts';
import { readEffective } from '../effective.ts';

/** The variables that the next run of a workspace gets, and on request those that they hide and the sets they are of. */
export function effectiveVariableEndpoints(platform: Platform): Endpoint<Caller>[] {
  return [
    endpoint({
      method: 'GET',
      url: '/api/v2/workspaces/:id/all-vars',
      summary:
        'List the variables that count in a workspace: its own and those of sets (`include=overwritten,varset`)',
      access: 'account',
      permission: 'workspace:read-variables',
      answers: { 200: VariableListSchema },
      params: IdParams,
      query: z.object({ include: includeOf(['overwritten', 'varset']) }),
      handle: async ({ caller, params, query }) => {
        const include = parseInclude(query.include);
        const read = async (view: Platform) => await readEffective(view, caller, params.id, include);
        return { status: 200, body: await inSnapshot(platform, read) };
      },
    }),
  ];
}
