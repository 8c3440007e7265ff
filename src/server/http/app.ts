import { randomUUID } from 'node:crypto';
import fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { NoResultError } from 'kysely';
import type { Logger } from 'pino';
import { BlobTooBigError } from '../blobs/blob-store.ts';
import { JSON_API } from './answers.ts';
import { compressJson } from './compress.ts';
import { ERRORS, Refusal, type ErrorCode } from './refusal.ts';
import { findUnstorable } from './text-check.ts';

/** Clients look at these on every answer, ping and errors included (api-contract §0.9, §1.3). */
const API_HEADERS = {
  'TFP-API-Version': '2.6',
  'TFP-AppName': 'Terraform Enterprise',
  'X-TFE-Version': 'v202509-1',
};

const MAX_JSON_BYTES = 1024 * 1024;

/** The bare HTTP server: media types, headers and error answers, and no route. */
export function createApp(logger: Logger, tls: { cert: Buffer; key: Buffer } | null): FastifyInstance {
  const app = fastify({
    ...(tls === null ? {} : { https: tls }),
    loggerInstance: logger as FastifyBaseLogger,
    bodyLimit: MAX_JSON_BYTES,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    // A stopping server must not wait for idle keep-alive connections.
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      // No hook runs for these.
      void answerError(error, request.log, reply.header('X-Request-Id', request.id));
    },
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>(
    [JSON_API, 'application/json'],
    { parseAs: 'string' },
    (_request, text, done) => {
      try {
        done(null, parseJson(text));
      } catch (error) {
        done(error as Error);
      }
    },
  );

  app.addHook('onRequest', (request, reply, done) => {
    reply.headers({ ...API_HEADERS, 'X-Request-Id': request.id, 'Content-Type': JSON_API });
    done();
  });
  compressJson(app);
  app.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, not the address: an address may hold a signature.
    const route = request.routeOptions.url ?? 'unknown';
    const fields = {
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (reply.statusCode >= 500) request.log.error(fields, 'request failed');
    else request.log.debug(fields, 'request');
    done();
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request.log, reply));
  app.setNotFoundHandler((_request, reply) => send(reply, new Refusal('not_found', [])));
  return app;
}

function parseJson(text: string): unknown {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('unprocessable', [{ detail: 'The request body is not valid JSON.' }]);
  }
  const unstorable = findUnstorable(value);
  if (unstorable === undefined) return value;
  throw new Refusal('invalid_attribute', [
    { detail: `A value ${unstorable.detail}.`, pointer: unstorable.pointer },
  ]);
}

const FASTIFY_CODES: Record<number, ErrorCode> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'too_large',
  // Of a part of the path: an id or a name that cannot exist.
  414: 'not_found',
  415: 'unsupported_media_type',
};

function answerError(error: Error & { statusCode?: number }, log: FastifyBaseLogger, reply: FastifyReply) {
  if (error instanceof Refusal) return send(reply, error);
  if (error instanceof BlobTooBigError) {
    return send(reply, new Refusal('too_large', [{ detail: error.message }]));
  }
  if (error instanceof NoResultError) {
    // It was there a moment ago: another request has deleted it.
    log.warn({ err: error }, 'a row is gone');
    return send(reply, new Refusal('not_found', []));
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

function send(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return (
    reply
      .code(ERRORS[refusal.code].status)
      // A stream that failed before its first byte may have announced one.
      .removeHeader('Content-Encoding')
      .headers({ ...API_HEADERS, 'Content-Type': JSON_API })
      .send(JSON.stringify(refusal.document()))
  );
}
