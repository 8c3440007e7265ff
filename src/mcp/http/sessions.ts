import { randomUUID } from 'node:crypto';
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  WebStandardStreamableHTTPServerTransport,
  type McpServer,
} from '@modelcontextprotocol/server';

export interface SessionLimits {
  readonly total: number;
  readonly perCaller: number;
  /** A session that is unused for this long is removed. */
  readonly idleMs: number;
}

export const SESSION_LIMITS: SessionLimits = { total: 1_000, perCaller: 20, idleMs: 30 * 60_000 };

/** The conversation of one client of the 2025 protocols. It lives in this process, and ends with it. */
interface Session {
  readonly id: string;
  /** The digest of the bearer token: other callers cannot see the session. */
  readonly owner: string;
  /** The user that the session counts for: one user may have several tokens. */
  readonly caller: string;
  /** The `X-MCP-*` headers of the session's `initialize`, which chose its tools. */
  readonly wishes: string | undefined;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: McpServer;
  lastUsedMs: number;
  /** The number of incomplete answers. */
  open: number;
}

export interface Sessions {
  readonly count: () => number;
  /** The headers that a session began with; undefined when its owner has no such session. */
  readonly begunWith: (id: string, owner: string) => Pick<Session, 'wishes'> | undefined;
  /** Answers a request of a session; undefined when its owner has no such session. */
  readonly handle: (
    id: string,
    owner: string,
    request: Request,
    parsedBody: unknown,
  ) => Promise<Response | undefined>;
  /** Answers an `initialize`; undefined when too many sessions are in use. */
  readonly begin: (
    who: { owner: string; caller: string; wishes: string | undefined },
    server: McpServer,
    request: Request,
    parsedBody: unknown,
  ) => Promise<Response | undefined>;
  readonly close: () => Promise<void>;
}

export function createSessions(limits: SessionLimits, now: () => number = Date.now): Sessions {
  const sessions = new Map<string, Session>();

  const end = async (session: Session): Promise<void> => {
    sessions.delete(session.id);
    await session.server.close();
  };
  const endIdle = async (): Promise<void> => {
    const before = now() - limits.idleMs;
    for (const session of sessions.values()) {
      if (session.open === 0 && session.lastUsedMs < before) await end(session);
    }
  };
  const timer = setInterval(() => void endIdle(), Math.min(limits.idleMs, 60_000));
  timer.unref();

  /** Clients often leave silently: the session that was idle for the longest time makes room. */
  const makeRoom = async (caller: string): Promise<boolean> => {
    const own = [...sessions.values()].filter((session) => session.caller === caller);
    const isFull = own.length >= limits.perCaller;
    if (!isFull && sessions.size < limits.total) return true;
    const [oldest] = own
      .filter(({ open }) => open === 0)
      .toSorted((one, other) => one.lastUsedMs - other.lastUsedMs);
    if (oldest === undefined) return false;
    await end(oldest);
    return true;
  };

  const answer = async (session: Session, request: Request, parsedBody: unknown): Promise<Response> => {
    session.lastUsedMs = now();
    session.open += 1;
    const stop = (): void => cancelRequests(session, parsedBody);
    request.signal.addEventListener('abort', stop, { once: true });
    let isDone = false;
    const done = (): void => {
      if (isDone) return;
      isDone = true;
      session.open -= 1;
      session.lastUsedMs = now();
      request.signal.removeEventListener('abort', stop);
    };
    try {
      const response = await session.transport.handleRequest(request, { parsedBody });
      endCanceledAnswers(session, parsedBody);
      return whenSent(response, done);
    } catch (error) {
      done();
      throw error;
    }
  };

  return {
    count: () => sessions.size,
    begunWith(id, owner) {
      const session = sessions.get(id);
      return session?.owner === owner ? session : undefined;
    },
    async handle(id, owner, request, parsedBody) {
      const session = sessions.get(id);
      return session?.owner === owner ? await answer(session, request, parsedBody) : undefined;
    },
    async begin({ owner, caller, wishes }, server, request, parsedBody) {
      await endIdle();
      if (!(await makeRoom(caller))) return undefined;
      const id = randomUUID();
      const transport = new WebStandardStreamableHTTPServerTransport({
        sessionIdGenerator: () => id,
        onsessionclosed: () => void sessions.delete(id),
      });
      const session: Session = { id, owner, caller, wishes, transport, server, lastUsedMs: now(), open: 0 };
      sessions.set(id, session);
      await server.connect(transport);
      const response = await answer(session, request, parsedBody);
      // An invalid initialize request has opened no session.
      if (!response.ok) await end(session);
      return response;
    },
    async close() {
      clearInterval(timer);
      for (const session of sessions.values()) await end(session);
    },
  };
}

/**
 * Cancels the requests of a client that disconnected: nothing is stored to send their answers again. Their work ends
 * as if the client had canceled it.
 */
function cancelRequests({ transport }: Session, parsedBody: unknown): void {
  for (const message of [parsedBody].flat()) {
    if (!isJSONRPCRequest(message)) continue;
    const params = { requestId: message.id, reason: 'the client has disconnected' };
    transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
  }
}

/** A canceled request gets no answer (cancellation §Behavior), so nothing else would end its stream. */
function endCanceledAnswers({ transport }: Session, parsedBody: unknown): void {
  for (const message of [parsedBody].flat()) {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') continue;
    const requestId = message.params?.['requestId'];
    if (typeof requestId === 'string' || typeof requestId === 'number') transport.closeSSEStream(requestId);
  }
}

/** The same answer; calls `done` when its body was read to the end or abandoned. */
function whenSent(response: Response, done: () => void): Response {
  if (response.body === null) {
    done();
    return response;
  }
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const next = await reader.read();
        if (!next.done) {
          controller.enqueue(next.value);
          return;
        }
        done();
        controller.close();
      } catch (error) {
        done();
        controller.error(error);
      }
    },
    async cancel(reason) {
      done();
      await reader.cancel(reason);
    },
  });
  return new Response(body, response);
}
