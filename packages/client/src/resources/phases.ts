import { TERMINAL_PHASE_STATUSES, type ApplyResource, type PlanResource } from '@runwright/models';
import { ApiError } from '../api-error.ts';
import { readDocument, readJson, type Resource } from '../json-api.ts';
import { followLog, readLog, type FollowOptions, type LogChunk, type LogRange } from '../logs.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

export type Plan = Resource<PlanResource['attributes']>;
export type Apply = Resource<ApplyResource['attributes']>;

const OVER: ReadonlySet<string> = new Set(TERMINAL_PHASE_STATUSES);

/** `api-contract §4.1`, `§4.2`. */
export function plans(transport: Transport) {
  return {
    ...phase<Plan>(transport, 'plans'),

    /**
     * What `terraform show -json` prints for the plan, secrets included, or undefined while there is no plan yet (204).
     */
    async jsonOutput(planId: string, options: CallOptions = {}): Promise<unknown> {
      const target = path`plans/${planId}/json-output`;
      const answer = await transport.call({ method: 'GET', path: target, ...options });
      return answer.status === 204 ? undefined : readJson(answer);
    },
  };
}

/** `api-contract §4.1`. */
export function applies(transport: Transport) {
  return phase<Apply>(transport, 'applies');
}

function phase<P extends Plan | Apply>(transport: Transport, collection: 'plans' | 'applies') {
  async function read(id: string, options: CallOptions = {}): Promise<P> {
    const answer = await transport.call({ method: 'GET', path: `${collection}/${path`${id}`}`, ...options });
    return readDocument<P>(answer).data;
  }

  return {
    read,

    /** One part of the log, by byte offset. */
    async readLog(id: string, range: LogRange = {}): Promise<LogChunk> {
      return readLog(transport, logUrl(await read(id, range)), range);
    },

    /** The log's text as it grows, from the start to its end, also of a phase that has not begun yet. */
    async *followLog(id: string, options: FollowOptions = {}): AsyncGenerator<string, void, undefined> {
      const { signal } = options;
      const isOver = async (): Promise<boolean> => OVER.has((await read(id, { signal })).attributes.status);
      yield* followLog(transport, logUrl(await read(id, { signal })), { isOver, ...options });
    },
  };
}

function logUrl(resource: Plan | Apply): string {
  const url = resource.attributes['log-read-url'];
  if (typeof url === 'string' && url !== '') return url;
  throw new ApiError({
    code: 'not_found',
    status: 0,
    title: 'no log',
    detail: `${resource.id} has no log address`,
  });
}
