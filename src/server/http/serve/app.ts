import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { BlockList, type Socket } from 'node:net';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { NoResultError } from 'kysely';
import type { Logger } from 'pino';
import { BlobTooBigError } from '../../blobs/blob-store.ts';
import { isCollision } from '../../database/violations.ts';
import { JSON_API } from '../answers.ts';
import { answerExpectations } from '../expect-continue.ts';
import { closePolitely } from '../body/polite-close.ts';
import { clientAddress } from '../client-address.ts';
import { compressJson } from '../compress.ts';
import { answerHeads } from '../head-answers.ts';
import { ERRORS, Refusal, refuse, type ErrorCode } from '../refusal.ts';
import { trackOpenRequests } from '../open-requests.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller, for the log: the id of a user, or the kind of token. */
    actor: string | null;
    /** The owner of the rate limit that the request counts against: a user, a token, or an address. */
    countedAs: string;
    /** The address of its sender, behind proxies that are trusted. */
    clientAddress: string;
  }
}

/**
 * Clients read these on every answer, ping and errors included (api-contract §0.9, §1.3). Answers hold tokens, states
 * and other protected data: no cache in between keeps them, unless an endpoint allows it.
 */
const API_HEADERS = {
  'Cache-Control': 'no-store',
  'TFP-API-Version': '2.6',
  'TFP-AppName': 'Terraform Enterprise',
  'X-TFE-Version': 'v202509-1',
  'X-Server-Name': 'Runwright',
};

/**
 * Endpoints are checked by their own Zod schemas. Without these compilers Fastify loads its own, with their libraries,
 * at every start.
 */
const NO_COMPILERS = { buildValidator: refuseSchema, buildSerializer: refuseSchema };

function refuseSchema(): never {
  throw new Error('a route has a schema of Fastify: declare it as an endpoint');
}

const HEADERS_MS = 30_000;

/**
 * The bare HTTP server: media types, headers and error answers, and no route.
 *
 * @param requestMs how long a whole request may take to arrive; a slower sender only occupies a connection
 * @param proxies the networks of proxies that are believed for whom they ask
 */
export function createApp(
  logger: Logger,
  tls: { cert: Buffer; key: Buffer } | null,
  requestMs = 600_000,
  proxies = new BlockList(),
): FastifyInstance {
  const patience = {
    requestTimeout: requestMs,
    headersTimeout: Math.min(HEADERS_MS, requestMs),
    connectionsCheckingInterval: Math.min(5_000, requestMs / 4),
  };
  const app = fastify({
    ...(tls === null ? { http: patience } : { https: { ...patience, ...tls } }),
    requestTimeout: requestMs,
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    schemaController: { compilersFactory: NO_COMPILERS },
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // A stopping server must not wait for idle keep-alive connections.
    forceCloseConnections: 'idle',
    // A GET's own route also answers HEAD (register-endpoints.ts).
    exposeHeadRoutes: false,
    clientErrorHandler: (error, socket) => {
      afterOpenRequests(socket, () => answerUnreadable(error.code, socket));
    },
    frameworkErrors: (error, request, reply) => {
      // No hook runs for these errors.
      void answerError(error, request, reply.header('X-Request-Id', request.id));
    },
  });

  // A body is read only after its sender is admitted.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => done(null, body));
  answerExpectations(app);

  app.decorateRequest('actor', null);
  app.decorateRequest('countedAs', '');
  app.decorateRequest('clientAddress', {
    getter(this: FastifyRequest) {
      const forwardedFor = this.headers['x-forwarded-for'] ?? '';
      // Node joins the lines of a repeated header, the last one at the right.
      return clientAddress(this.socket.remoteAddress ?? '', String(forwardedFor), proxies);
    },
  });
  const afterOpenRequests = trackOpenRequests(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ ...API_HEADERS, 'X-Request-Id': request.id, 'Content-Type': JSON_API });
    if (countHosts(request) > 1) refuse('bad_request', 'The request has more than one Host header.');
    done();
  });
  compressJson(app);
  answerHeads(app);
  closePolitely(app);
  closeAnsweredConnections(app);
  app.addHook('onResponse', (request, reply, done) => {
    // The log has the route's pattern and not the URL, which may contain a signature.
    const route = request.routeOptions.url ?? 'unknown';
    const fields = {
      method: request.method,
      route,
      status: reply.statusCode,
      ...(request.actor !== null && { actor: request.actor }),
      ms: Math.round(reply.elapsedTime),
    };
    if (reply.statusCode >= 500) request.log.error(fields, 'request failed');
    else request.log.debug(fields, 'request');
    done();
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => send(reply, refuseUnknown(request.url)));
  return app;
}

/** Missing for all callers: a 404 would make the terraform CLI report missing rights. */
const QUERY_RUNS = /^\/api\/v2\/(workspaces\/[^/?]+\/)?queries(\/|\?|$)/;

function refuseUnknown(url: string): Refusal {
  if (!QUERY_RUNS.test(url)) return new Refusal('not_found', []);
  const detail =
    'This server runs no queries. For terraform query take the cloud block out, in a copy of the configuration, and run it on your own machine.';
  return new Refusal('unprocessable', [{ detail }]);
}

/**
 * Idle connections are closed when the server stops. A connection that waits for its answer must be closed with the
 * answer: kept open for a next request, it would delay the stop by more than a minute.
 */
function closeAnsweredConnections(app: FastifyInstance): void {
  let isStopping = false;
  app.addHook('preClose', (done) => {
    isStopping = true;
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isStopping) reply.header('Connection', 'close');
    done(null, payload);
  });
}

/** Two programs may each trust a different one of several hosts, so none is trusted. */
const countHosts = ({ raw }: FastifyRequest): number =>
  raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;

const FASTIFY_CODES: Record<number, ErrorCode> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'too_large',
  // Fastify's error for a part of the path that is too long: an id or a name that cannot exist.
  414: 'not_found',
  415: 'unsupported_media_type',
};

function answerError(
  error: Error & { statusCode?: number },
  { raw, log }: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (error instanceof Refusal) return send(reply, error);
  if (raw.destroyed && !raw.complete) {
    log.debug({ err: error }, 'the sender left before the body was whole');
    return send(reply, new Refusal('bad_request', []));
  }
  if (error instanceof BlobTooBigError) {
    return send(reply, new Refusal('too_large', [{ detail: error.message }]));
  }
  if (error instanceof NoResultError) {
    // The row existed a moment ago: another request has deleted it.
    log.warn({ err: error }, 'a row is gone');
    return send(reply, new Refusal('not_found', []));
  }
  if (isCollision(error)) {
    log.warn({ err: error }, 'two requests met');
    const detail = 'Another request changed or removed what this one needs at the same time: try again.';
    return send(reply, new Refusal('conflict', [{ detail }]));
  }
  const code = FASTIFY_CODES[error.statusCode ?? 500];
  if (code === 'not_found') return send(reply, new Refusal(code, []));
  if (code !== undefined) {
    const detail =
      code === 'unsupported_media_type' ? `Send the body as ${JSON_API} or application/json.` : error.message;
    return send(reply, new Refusal(code, [{ detail }]));
  }
  log.error({ err: error }, 'unexpected error');
  return send(reply, new Refusal('internal', []));
}

/** The errors without a request to answer: it came too slowly, was too big, or is not HTTP. */
const UNREADABLE: Record<string, ErrorCode> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

function answerUnreadable(cause: string | undefined, socket: Socket): void {
  if (cause === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const code = UNREADABLE[cause ?? ''] ?? 'bad_request';
  const body = JSON.stringify(new Refusal(code, []).document());
  const headers = { ...API_HEADERS, 'Content-Type': JSON_API, 'Content-Length': Buffer.byteLength(body) };
  const { status } = ERRORS[code];
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
  // The server does not wait for a client that does not read the answer.
  socket.destroySoon();
}

function send(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return (
    reply
      .code(ERRORS[refusal.code].status)
      // A stream that failed before its first byte may have announced an encoding.
      .removeHeader('Content-Encoding')
      .headers({ ...API_HEADERS, 'Content-Type': JSON_API })
      .send(JSON.stringify(refusal.document()))
  );
}
