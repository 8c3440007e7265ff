import { createClient, type Client } from '../client.ts';
import { startRecordingServer, type RecordingServer } from './recording-server.ts';

/** The request of a call: method and path with its query (decoded), and body. */
export type Sent = readonly [line: string, body?: unknown];
/** A call, and its expected request. */
export type CallRow = readonly [name: string, call: (api: Client) => Promise<unknown>, ...sent: Sent];

export const RESOURCE = { data: { id: 'x-1', type: 'things', attributes: {} } };
export const LIST = { data: [], meta: { pagination: { 'current-page': 1, 'next-page': null } } };

export interface CallRecorder {
  /** Makes the call with this answer, and returns its one request. */
  sentBy(call: (api: Client) => Promise<unknown>, answer: unknown): Promise<Sent>;
  close(): Promise<void>;
}

export async function startCallRecorder(): Promise<CallRecorder> {
  const server: RecordingServer = await startRecordingServer();
  const client = createClient({ address: server.address, token: 'secret-token' });
  return {
    async sentBy(call, answer) {
      const before = server.requests.length;
      server.on('*', { body: answer });
      await call(client);
      const [request, ...others] = server.requests.slice(before);
      if (request === undefined || others.length > 0) throw new Error(`${others.length} other requests`);
      const line = `${request.method} ${decodeURIComponent(request.url).replace('/api/v2/', '')}`;
      return request.body === '' ? [line] : [line, JSON.parse(request.body) as unknown];
    },
    close: () => server.close(),
  };
}
