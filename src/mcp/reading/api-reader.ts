import type { Client } from '@runwright/client';

/** The client and the signal for the reads of one call. */
export interface ApiReader {
  readonly client: Client;
  /** Fires when the caller gives up. */
  readonly signal: AbortSignal | undefined;
}
