import type { CallOptions, Transport } from '../transport.ts';

/** What a server says of itself in its headers (`api-contract §1.3`). */
export interface ServerIdentity {
  readonly appName: string | undefined;
  /** Its own name, where it says that it is for clients of another one. */
  readonly name?: string | undefined;
  readonly apiVersion: string | undefined;
  readonly version: string | undefined;
}

/** `GET /ping`: works with any token and with none. */
export async function ping(transport: Transport, options: CallOptions = {}): Promise<ServerIdentity> {
  const { headers } = await transport.call({ method: 'GET', path: 'ping', ...options });
  return {
    appName: headers.get('tfp-appname') ?? undefined,
    name: headers.get('x-server-name') ?? undefined,
    apiVersion: headers.get('tfp-api-version') ?? undefined,
    version: headers.get('x-tfe-current-version') ?? headers.get('x-tfe-version') ?? undefined,
  };
}
