import type { FastifyReply } from 'fastify';
import type { Caller } from '../../access/caller.ts';
import type { Platform } from '../../context.ts';
import { bytes } from '../../http/answers.ts';
import { endpoint, HIJACKED, type Endpoint } from '../../http/endpoint.ts';
import { IdParams } from '../../http/json-api.ts';
import { refuse } from '../../http/refusal.ts';
import { readPhase, readRun, findPhaseId } from '../queries.ts';
import { findArtifact } from '../plan-artifacts.ts';

interface Request {
  caller: Caller;
  params: { id: string };
  reply: FastifyReply;
}

/**
 * The trace of a run with `debugging-mode`, also of a failed phase. Known secrets are masked in it; because a provider
 * may write more to it than to a log, it requires the same right as the whole plan.
 */
export function debugLogEndpoints({ db, blobs }: Platform): Endpoint<Caller>[] {
  const permission = 'read-plan-json';
  const send = async (
    kind: 'plan' | 'apply',
    { caller, params, reply }: Request,
    id = params.id,
  ): Promise<typeof HIJACKED> => {
    await readPhase(db, caller, kind, id, permission);
    const trace = await findArtifact(db, id, 'debug-log');
    if (trace === undefined)
      refuse(
        'not_found',
        'There is no debug log: it is kept when a phase of a run with debugging-mode has ended.',
      );
    await reply.header('Content-Type', 'text/plain; charset=utf-8').send(await blobs.open(trace.sha256));
    return HIJACKED;
  };
  return (['plan', 'apply'] as const).flatMap((kind) => [
    endpoint({
      method: 'GET',
      url: `/api/v2/${kind === 'plan' ? 'plans' : 'applies'}/:id/debug-log`,
      summary: `The trace of ${kind === 'plan' ? 'a plan' : 'an apply'} of a run with debugging-mode`,
      access: 'account',
      permission: `workspace:${permission}`,
      params: IdParams,
      answers: { 200: bytes('text/plain') },
      handle: async (request: Request) => await send(kind, request),
    }),
    endpoint({
      method: 'GET',
      url: `/api/v2/runs/:id/${kind}/debug-log`,
      summary: `The trace of the ${kind} of a run with debugging-mode`,
      access: 'account',
      permission: `workspace:${permission}`,
      params: IdParams,
      answers: { 200: bytes('text/plain') },
      handle: async (request: Request) => {
        const run = await readRun(db, request.caller, request.params.id);
        return await send(kind, request, await findPhaseId(db, run.id, kind));
      },
    }),
  ]);
}
