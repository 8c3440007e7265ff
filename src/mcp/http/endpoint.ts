import { createHash } from 'node:crypto';
import {
  createMcpHandler,
  isJsonContentType,
  isLegacyRequest,
  type McpServer,
} from '@modelcontextprotocol/server';
import { DEFAULT_GATES, tightenGates } from '../safety/gates.ts';
import { createMcpServer, type McpServerSettings } from '../server/server.ts';
import { createSessions, SESSION_LIMITS, type SessionLimits } from './sessions.ts';
import { readWishes, writtenWishes } from './wishes.ts';

/** The sender of a request, as the authentication before this endpoint knows it. */
export interface HttpCaller {
  readonly token: string;
  /** The name for limits, approvals and the audit: all tokens of one user share it. */
  readonly name: string;
  /** The address that the request came from. */
  readonly address: string;
}

export interface McpEndpoint {
  /** Answers any request to the endpoint. Never throws. @param body undefined for GET and DELETE */
  readonly fetch: (request: Request, body: string | undefined, caller: HttpCaller) => Promise<Response>;
  readonly sessionCount: () => number;
  readonly close: () => Promise<void>;
}

export interface McpEndpointOptions {
  /** The settings of an instance for this caller. */
  readonly settingsFor: (caller: HttpCaller) => McpServerSettings;
  readonly onError: (error: Error) => void;
  readonly limits?: SessionLimits;
}

/**
 * MCP over streamable HTTP. Clients of 2026-07-28 send self-contained requests, and each gets an instance of its own;
 * clients of the 2025 protocols get a session, which is needed to put a question to their person (mcp §3.5).
 */
export function createMcpEndpoint({ settingsFor, onError, limits }: McpEndpointOptions): McpEndpoint {
  const sessions = createSessions(limits ?? SESSION_LIMITS);

  const serverFor = (caller: HttpCaller, headers: Headers): McpServer => {
    const settings = settingsFor(caller);
    const wishes = readWishes(headers);
    if (typeof wishes === 'string') throw new TypeError(wishes);
    const gates = tightenGates(settings.gates ?? DEFAULT_GATES, wishes);
    return createMcpServer({ ...settings, gates, caller: caller.name });
  };

  const callers = new WeakMap<Request, HttpCaller>();
  const modern = createMcpHandler(
    ({ requestInfo }) => {
      const caller = requestInfo && callers.get(requestInfo);
      if (requestInfo === undefined || caller === undefined) throw new Error('a request without its caller');
      return serverFor(caller, requestInfo.headers);
    },
    { legacy: 'reject', onerror: onError },
  );

  const answerSession = async (request: Request, body: unknown, caller: HttpCaller): Promise<Response> => {
    const owner = createHash('sha256').update(caller.token).digest('base64url');
    const id = request.headers.get('mcp-session-id');
    const wishes = writtenWishes(request.headers);
    if (id !== null) {
      // The session's tools are already chosen: a later limit would have no effect.
      const begun = sessions.begunWith(id, owner);
      if (begun !== undefined && wishes !== undefined && wishes !== begun.wishes)
        return problem(400, -32600, OTHER_WISHES);
      const response = await sessions.handle(id, owner, request, body);
      return response ?? problem(404, -32001, 'There is no such session (any more): initialize a new one.');
    }
    if (!isInitialize(body)) {
      return request.method === 'GET'
        ? problem(405, -32000, 'There is no stream without a session.', { Allow: 'POST' })
        : problem(400, -32000, 'Send initialize first, or name your session in Mcp-Session-Id.');
    }
    const server = serverFor(caller, request.headers);
    const response = await sessions.begin({ owner, caller: caller.name, wishes }, server, request, body);
    return (
      response ??
      problem(429, -32000, 'Too many sessions are in use; end one and try again.', { 'Retry-After': '30' })
    );
  };

  return {
    sessionCount: sessions.count,
    async fetch(request, text, caller) {
      try {
        const wishes = readWishes(request.headers);
        if (typeof wishes === 'string') return problem(400, -32600, wishes);
        if (text === undefined) return await answerSession(request, undefined, caller);
        if (!isJsonContentType(request.headers.get('content-type'))) {
          return problem(415, -32000, 'Send the message as application/json.');
        }
        const body = parse(text);
        if (body === undefined) return problem(400, -32700, 'The body is not valid JSON.');
        if (await isLegacyRequest(request, body)) return await answerSession(request, body, caller);
        callers.set(request, caller);
        return await modern.fetch(request, { parsedBody: body });
      } catch (error) {
        if (request.signal.aborted) return new Response(null, { status: 499 });
        onError(error instanceof Error ? error : new Error(String(error)));
        return problem(500, -32603, 'An unexpected error inside this MCP server.');
      }
    },
    async close() {
      await Promise.all([sessions.close(), modern.close()]);
    },
  };
}

const OTHER_WISHES =
  'The X-MCP headers are not those that this session was begun with: initialize a new one with them.';

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const isInitialize = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'method' in body && body.method === 'initialize';

/** An answer outside any conversation, in the form that MCP clients read. */
export function problem(
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status, headers });
}
