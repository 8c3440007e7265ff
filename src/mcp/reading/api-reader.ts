import type { Client } from '@runwright/client';

/** What reads from the server for one call. */
export interface ApiReader {
  readonly client: Client;
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal | undefined;
}
