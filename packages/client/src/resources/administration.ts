import type { OpenAnswer } from '../stream.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Endpoints for a whole server, for its administrators. Only Runwright has them. */
export function administration(transport: Transport) {
  return {
    /** The server's embedded database at this moment, as a compressed archive, piece by piece. */
    openDatabaseArchive: (options: CallOptions = {}): Promise<OpenAnswer> =>
      transport.open({
        method: 'GET',
        path: 'admin/database-archive',
        accept: 'application/octet-stream',
        ...options,
      }),
  };
}
