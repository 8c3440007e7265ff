import { TERMINAL_PHASE_STATUSES, type ApplyResource, type PlanResource } from '@runwright/models';
import { ApiError } from '../api-error.ts';
import { readDocument, readJson, type Resource } from '../json-api.ts';
import { EVENT_STREAM } from './run-events.ts';
import { followLog, openLog, readLog, type FollowOptions, type LogChunk, type LogRange } from '../logs.ts';
import { path } from '../path.ts';
import type { CallOptions, Transport } from '../transport.ts';

export type Plan = Resource<PlanResource['attributes']>;
export type Apply = Resource<ApplyResource['attributes']>;

const OVER: ReadonlySet<string> = new Set(TERMINAL_PHASE_STATUSES);

/** `api-contract §4.1`, `§4.2`. */
export function plans(transport: Transport) {
  return {
    ...phase<Plan>(transport, 'plans'),

    /** The output of `terraform show -json`, secrets included, or undefined while there is no plan yet (204). */
    async jsonOutput(planId: string, options: CallOptions = {}): Promise<unknown> {
      const target = path`plans/${planId}/json-output`;
      const answer = await transport.call({ method: 'GET', path: target, ...options });
      return answer.status === 204 ? undefined : readJson(answer);
    },

    /**
     * The plan as JSON, piece by piece. `full` contains secrets and needs an administrator of the workspace;
     * `redacted` has the changes and no sensitive value. Status 204: there is no plan yet.
     */
    openJson: (planId: string, form: PlanJsonForm, options?: CallOptions) =>
      transport.open({ method: 'GET', path: `${path`plans/${planId}`}/${PLAN_JSON[form]}`, ...options }),

    /** {@link openJson} by the run's id. */
    openJsonOfRun: (runId: string, form: PlanJsonForm, options?: CallOptions) =>
      transport.open({ method: 'GET', path: `${path`runs/${runId}/plan`}/${PLAN_JSON[form]}`, ...options }),
  };
}

export type PlanJsonForm = 'full' | 'redacted' | 'schema';
const PLAN_JSON: Readonly<Record<PlanJsonForm, string>> = {
  full: 'json-output',
  redacted: 'json-output-redacted',
  schema: 'json-schema',
};

/** `api-contract §4.1`. */
export function applies(transport: Transport) {
  return {
    ...phase<Apply>(transport, 'applies'),
    /** The state that a failed apply could not store, secrets included. Throws `not_found` when there is none. */
    openErroredState: (applyId: string, options?: CallOptions) =>
      transport.open({ method: 'GET', path: path`applies/${applyId}/errored-state`, ...options }),
  };
}

function phase<P extends Plan | Apply>(transport: Transport, collection: 'plans' | 'applies') {
  async function read(id: string, options: CallOptions = {}): Promise<P> {
    const answer = await transport.call({ method: 'GET', path: `${collection}/${path`${id}`}`, ...options });
    return readDocument<P>(answer).data;
  }

  return {
    read,

    /** The present log after an offset, markers included. */
    async openLog(id: string, { offset = 0, signal }: Pick<LogRange, 'offset' | 'signal'> = {}) {
      return openLog(transport, logUrl(await read(id, { signal })), offset, signal);
    },

    /** The log as server-sent events while it is written, after a byte counted without markers. Only on Runwright. */
    openLogStream: (id: string, { offset = 0, signal }: Pick<LogRange, 'offset' | 'signal'> = {}) =>
      transport.open({
        method: 'GET',
        path: `${collection}/${path`${id}`}/log-stream`,
        query: { offset },
        accept: EVENT_STREAM,
        signal,
      }),

    /** The trace of a run with `debugging-mode`, after its phase. Throws `not_found` when there is none. */
    openDebugLog: (id: string, options?: CallOptions) =>
      transport.open({ method: 'GET', path: `${collection}/${path`${id}`}/debug-log`, ...options }),

    /** One part of the log, by byte offset. */
    async readLog(id: string, range: LogRange = {}): Promise<LogChunk> {
      return readLog(transport, logUrl(await read(id, range)), range);
    },

    /** The log's text as it grows, from start to end, even if the phase has not begun yet. */
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
