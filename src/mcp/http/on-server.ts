import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpCaller } from './endpoint.ts';
import { challenge, findForeign, METADATA_PATH, namesOf, protectedResource } from './guard.ts';
import type { ServedMcpOptions } from './served-endpoint.ts';

/**
 * MCP as a part of a server that authenticates the callers. The tools only use its public API, with the caller's own
 * token. They are loaded when the first client comes: many servers never have one.
 */
export function createServedMcp(options: ServedMcpOptions) {
  const { publicUrl } = options;
  const tokenPage = (): string => `${publicUrl()}/app/settings/tokens`;
  const load = async () => (await import('./served-endpoint.ts')).createServedEndpoint(options);
  let endpoint: ReturnType<typeof load> | undefined;
  return {
    metadataPath: METADATA_PATH,
    metadata: () => protectedResource(publicUrl(), tokenPage()),
    /** The message for a caller without a token, or with a wrong one. */
    howToSignIn: () => `Send a token of your user as bearer; they are made at ${tokenPage()}.`,
    challenge: (wasTokenGiven: boolean) => challenge(publicUrl(), wasTokenGiven),
    findForeign: (headers: { host?: string | undefined; origin?: string | undefined }) =>
      findForeign(headers, namesOf(publicUrl())),
    /** Answers an authenticated request. */
    async answer(incoming: IncomingMessage, outgoing: ServerResponse, caller: HttpCaller): Promise<void> {
      endpoint ??= load();
      await (await endpoint).answer(incoming, outgoing, caller);
    },
    async close(): Promise<void> {
      await (await endpoint)?.close();
    },
  };
}
