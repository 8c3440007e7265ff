import type { IncomingMessage, ServerResponse } from 'node:http';
import { createClient } from '@runwright/client';
import { userAgentOf } from '../server/agent-name.ts';
import { createApprovals } from '../safety/approval.ts';
import { auditTo } from '../safety/audit.ts';
import { DEFAULT_GATES } from '../safety/gates.ts';
import { answerOver } from './answer-over.ts';
import { createMcpEndpoint, type HttpCaller } from './endpoint.ts';

/** The permissions of the tools on a server that serves MCP itself. */
export type ServedTools = 'read-only' | 'on' | 'with-deletes' | 'with-access';

export interface ServedMcpOptions {
  readonly version: string;
  readonly tools: ServedTools;
  /** Without a trailing slash; a function, because the URL is known only once the server listens. */
  readonly publicUrl: () => string;
  /** Calls the server's own API on behalf of a caller at this address. */
  readonly fetchFor: (address: string) => typeof globalThis.fetch;
  readonly log: {
    warn: (fields: object, message: string) => void;
    info: (fields: object, message: string) => void;
  };
}

/** The endpoint behind `/mcp`, with its tools. on-server.ts loads it when the first MCP client comes. */
export function createServedEndpoint({ version, tools, publicUrl, fetchFor, log }: ServedMcpOptions) {
  const approvals = createApprovals('auto');
  const audit = auditTo((line) => {
    log.info(JSON.parse(line) as object, 'a guarded MCP call');
  });
  const gates = {
    ...DEFAULT_GATES,
    readOnly: tools === 'read-only',
    allowDelete: tools === 'with-deletes' || tools === 'with-access',
    allowAccess: tools === 'with-access',
  };
  const endpoint = createMcpEndpoint({
    settingsFor: ({ token, address }) => {
      const fetch = fetchFor(address);
      const clientFor = (agent?: string) =>
        createClient({ address: publicUrl(), token, userAgent: userAgentOf(version, agent), fetch });
      return { version, client: clientFor(), clientFor, gates, approvals, audit, hidden: [token] };
    },
    onError: (error) => {
      log.warn({ err: error }, 'MCP');
    },
  });
  return {
    /** Answers an authenticated request. */
    async answer(incoming: IncomingMessage, outgoing: ServerResponse, caller: HttpCaller): Promise<void> {
      await answerOver(endpoint, new URL(`${publicUrl()}/mcp`), { incoming, outgoing, caller });
    },
    close: endpoint.close,
  };
}
