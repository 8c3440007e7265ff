import type { OpenAnswer } from '../stream.ts';
import type { CallOptions, Transport } from '../transport.ts';

/** Of a whole server, for its administrators. Of Runwright alone. */
export function administration(transport: Transport) {
  return {
    /** The embedded database of the server as of now, as a compressed archive, piece by piece. */
    openDatabaseArchive: (options: CallOptions = {}): Promise<OpenAnswer> =>
      transport.open({
        method: 'GET',
        path: 'admin/database-archive',
        accept: 'application/octet-stream',
        ...options,
      }),
  };
}
