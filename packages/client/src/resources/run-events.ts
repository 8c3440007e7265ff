import type { OpenAnswer } from '../stream.ts';
import type { CallOptions, Transport } from '../transport.ts';

export const EVENT_STREAM = 'text/event-stream';

export interface RunEventScope {
  /** The name of an organization. */
  readonly organization?: string | undefined;
  /** The id of a workspace. */
  readonly workspace?: string | undefined;
  /** The id of a run. */
  readonly run?: string | undefined;
}

/** Events of runs, as server-sent events. Only on Runwright. */
export function runEvents(transport: Transport) {
  return {
    /** @param options.after the id of the last received event */
    open: (
      scope: RunEventScope,
      { after, signal }: CallOptions & { readonly after?: string | undefined } = {},
    ): Promise<OpenAnswer> =>
      transport.open({
        method: 'GET',
        path: 'events',
        query: { ...scope, after },
        accept: EVENT_STREAM,
        signal,
      }),
  };
}
