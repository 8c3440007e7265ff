import type { IncomingMessage, ServerResponse } from 'node:http';
import { createClient } from '@runwright/client';
import { createApprovals } from '../safety/approval.ts';
import { auditTo } from '../safety/audit.ts';
import { DEFAULT_GATES } from '../safety/gates.ts';
import { answerOver } from './answer-over.ts';
import { createMcpEndpoint, type HttpCaller } from './endpoint.ts';
import { challenge, findForeign, METADATA_PATH, namesOf, protectedResource } from './guard.ts';

/** What the tools may do on a server that serves MCP itself. */
export type ServedTools = 'read-only' | 'on' | 'with-deletes';

export interface ServedMcpOptions {
  readonly version: string;
  readonly tools: ServedTools;
  /** Without a trailing slash; asked at each use, because it is known only once the server listens. */
  readonly publicUrl: () => string;
  /** Calls the server's own API for somebody at this address. */
  readonly fetchFor: (address: string) => typeof globalThis.fetch;
  readonly log: {
    warn: (fields: object, message: string) => void;
    info: (fields: object, message: string) => void;
  };
}

/**
 * MCP as a part of a server, which lets callers in and knows them. All the tools do goes through its public API with the
 * caller's own token.
 */
export function createServedMcp({ version, tools, publicUrl, fetchFor, log }: ServedMcpOptions) {
  const approvals = createApprovals('auto');
  const audit = auditTo((line) => {
    log.info(JSON.parse(line) as object, 'a guarded MCP call');
  });
  const gates = {
    ...DEFAULT_GATES,
    readOnly: tools === 'read-only',
    allowDelete: tools === 'with-deletes',
  };
  const tokenPage = (): string => `${publicUrl()}/app/settings/tokens`;
  const endpoint = createMcpEndpoint({
    settingsFor: ({ token, address }) => ({
      version,
      client: createClient({
        address: publicUrl(),
        token,
        userAgent: `runwright-mcp/${version}`,
        fetch: fetchFor(address),
      }),
      gates,
      approvals,
      audit,
      hidden: [token],
    }),
    onError: (error) => {
      log.warn({ err: error }, 'MCP');
    },
  });
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
      await answerOver(endpoint, new URL(`${publicUrl()}/mcp`), { incoming, outgoing, caller });
    },
    sessionCount: endpoint.sessionCount,
    close: endpoint.close,
  };
}
