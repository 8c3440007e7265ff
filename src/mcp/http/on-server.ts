import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpCaller } from './endpoint.ts';
import { challenge, findForeign, METADATA_PATH, namesOf, protectedResource } from './guard.ts';
import type { ServedMcpOptions } from './served-endpoint.ts';

/**
 * MCP as a part of a server, which lets callers in and knows them. All the tools do goes through its public API with the
 * caller's own token. The tools are loaded when the first client comes: many servers never meet one.
 */
export function createServedMcp(options: ServedMcpOptions) {
  const { publicUrl } = options;
  const tokenPage = (): string => `${publicUrl()}/app/settings/tokens`;
  const load = async () => (await import('./served-endpoint.ts')).createServedEndpoint(options);
  let endpoint: ReturnType<typeof load> | undefined;
  return {
    metadataPath: METADATA_PATH,
    metadata: () => protectedResource(publicUrl(), tokenPage()),
    /** What somebody without a token, or with a wrong one, is told. */
    howToSignIn: () => `Send a token of your user as bearer; they are made at ${tokenPage()}.`,
    challenge: (wasTokenGiven: boolean) => challenge(publicUrl(), wasTokenGiven),
    findForeign: (headers: { host?: string | undefined; origin?: string | undefined }) =>
      findForeign(headers, namesOf(publicUrl())),
    /** Answers a request that was let in. */
    async answer(incoming: IncomingMessage, outgoing: ServerResponse, caller: HttpCaller): Promise<void> {
      endpoint ??= load();
      await (await endpoint).answer(incoming, outgoing, caller);
    },
    async close(): Promise<void> {
      await (await endpoint)?.close();
    },
  };
}
