import type { CallOptions, Transport } from '../transport.ts';

/** A server's facts about itself, from its headers (`api-contract §1.3`). */
export interface ServerIdentity {
  readonly appName: string | undefined;
  /** The server's own name, if it identifies itself as compatible with another one. */
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
