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
  /** A session that nobody used for this long is forgotten. */
  readonly idleMs: number;
}

export const SESSION_LIMITS: SessionLimits = { total: 1_000, perCaller: 20, idleMs: 30 * 60_000 };

/** The conversation of one client of the 2025 protocols. It lives in this process, and ends with it. */
interface Session {
  readonly id: string;
  /** The bearer: for anybody else the session does not exist. */
  readonly owner: string;
  /** Whose it is when sessions are counted: one user may have several tokens. */
  readonly caller: string;
  /** The `X-MCP-*` headers of its `initialize`: they chose its tools. */
  readonly wishes: string | undefined;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: McpServer;
  lastUsedMs: number;
  /** Answers that are not complete yet. */
  open: number;
}

export interface Sessions {
  readonly count: () => number;
  /** The headers that a session began with; undefined when its owner has no such session (any more). */
  readonly begunWith: (id: string, owner: string) => Pick<Session, 'wishes'> | undefined;
  /** Answers a request of a session; undefined when its owner has no such session (any more). */
  readonly handle: (
    id: string,
    owner: string,
    request: Request,
    parsedBody: unknown,
  ) => Promise<Response | undefined>;
  /** Answers an `initialize`; undefined when there are too many sessions that are in use. */
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

  /** Clients often leave without a word: the one that was silent longest makes room. */
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
      // A request that was no proper initialize has opened no session.
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
 * A client that has gone away cannot get its answers any more: nothing is stored to be sent again. So the work for them
 * ends as if the client had canceled it.
 */
function cancelRequests({ transport }: Session, parsedBody: unknown): void {
  for (const message of [parsedBody].flat()) {
    if (!isJSONRPCRequest(message)) continue;
    const params = { requestId: message.id, reason: 'the client has disconnected' };
    transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
  }
}

/** What was canceled is not answered any more (cancellation §Behavior), so nothing else would end its stream. */
function endCanceledAnswers({ transport }: Session, parsedBody: unknown): void {
  for (const message of [parsedBody].flat()) {
    if (!isJSONRPCNotification(message) || message.method !== 'notifications/cancelled') continue;
    const requestId = message.params?.['requestId'];
    if (typeof requestId === 'string' || typeof requestId === 'number') transport.closeSSEStream(requestId);
  }
}

/** The same answer, with word of when its body was read to the end or abandoned. */
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
