import type { OpenAnswer } from '../stream.ts';
import type { CallOptions, Transport } from '../transport.ts';

export const EVENT_STREAM = 'text/event-stream';

export interface RunEventScope {
  /** The name of one. */
  readonly organization?: string | undefined;
  /** The id of one. */
  readonly workspace?: string | undefined;
  /** The id of one. */
  readonly run?: string | undefined;
}

/** What happens to runs, as server-sent events. Of Runwright alone. */
export function runEvents(transport: Transport) {
  return {
    /** @param options.after the id of the last event that was received */
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
