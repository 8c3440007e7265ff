import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Asked } from './permission.ts';
import { answersOf, type Answers } from './answers.ts';
import { Refusal, refuse, type Problem } from './refusal.ts';
import { isStorable } from './text-check.ts';

/** Who may call: anyone, the bearer of an account's token (of a user, team, organization, run …), or a runner. */
export type Access = 'anyone' | 'account' | 'agent';

/** What an endpoint of an account asks of its caller: the same that its service asks for. */
type AccessDeclaration =
  { access: 'account'; permission: Asked } | { access: 'anyone' | 'agent'; permission?: undefined };

export interface Answer {
  status: number;
  /** A JSON document. */
  body?: unknown;
  /** A body that is not JSON, sent as it is. Neither: an empty body. */
  text?: string;
  headers?: Record<string, string>;
}

export interface EndpointRequest<Params, Query, Body, Caller> {
  params: Params;
  query: Query;
  body: Body;
  caller: Caller;
  raw: FastifyRequest;
  reply: FastifyReply;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** One route as data: what registers it, and what documents it. */
export interface Endpoint<Caller = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  summary: string;
  access: Access;
  permission?: Asked | undefined;
  params: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** What the body looks like, for the documentation, where `body` lets all through and the service reads it. */
  bodyShape?: z.ZodType;
  /** The body is handed over as a stream ({@link streamedBody}), whatever its media type. */
  streamed?: boolean;
  /** The body is what an HTML form or an OAuth client sends (`application/x-www-form-urlencoded`), as an object. */
  form?: boolean;
  /** What it answers beside its refusals; the test-suite compares each answer (document-schema.ts has the parts). */
  answers: Answers;
  /** The largest JSON body it takes, where that is more than others do. */
  bodyLimitBytes?: number;
  handle: (request: EndpointRequest<never, never, never, Caller>) => Promise<Answer | typeof HIJACKED>;
}

const MAX_FORM_BYTES = 16 * 1024;

/** The body of a request to a `streamed` endpoint. One without a media type was parsed by nothing: it is the request. */
export const streamedBody = (raw: FastifyRequest): Readable => (raw.body ?? raw.raw) as Readable;

/** A handler that wrote the response itself (`reply.send(stream)`). */
export const HIJACKED = Symbol('hijacked');

export function endpoint<
  Caller,
  Params extends z.ZodType,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  definition: Omit<Endpoint<Caller>, 'params' | 'query' | 'body' | 'handle' | 'access' | 'permission'> &
    AccessDeclaration & {
      params: Params;
      query?: Query;
      body?: Body;
      handle: (
        request: EndpointRequest<z.output<Params>, Parsed<Query>, Parsed<Body>, Caller>,
      ) => Promise<Answer | typeof HIJACKED>;
    },
): Endpoint<Caller> {
  return definition as unknown as Endpoint<Caller>;
}

/**
 * @param authenticate answers the caller, or refuses with 401; called for every endpoint that is not for anyone
 */
export function registerEndpoints<Caller>(
  app: FastifyInstance,
  endpoints: readonly Endpoint<Caller>[],
  authenticate: (request: FastifyRequest, access: Access, reply: FastifyReply) => Promise<Caller>,
): void {
  const register = (scope: FastifyInstance, definition: Endpoint<Caller>): void => {
    const answers = answersOf(definition);
    scope.route({
      method: definition.method,
      url: definition.url,
      config: { endpoint: definition },
      ...(definition.bodyLimitBytes === undefined ? {} : { bodyLimit: definition.bodyLimitBytes }),
      handler: async (raw, reply) => {
        const caller = await authenticate(raw, definition.access, reply);
        const params = parseParams(definition.params, raw.params);
        const query = definition.query && parseQuery(definition.query, raw.query);
        const body = definition.body && parseBody(definition.body, raw.body);
        const request = { params, query, body, caller, raw, reply };
        const answer = await definition.handle(request as never);
        if (answer === HIJACKED) return reply;
        const contentType = answers.get(answer.status)?.[0]?.contentType;
        if (contentType !== undefined) reply.header('Content-Type', contentType);
        if (answer.headers) reply.headers(answer.headers);
        const text = answer.body === undefined ? answer.text : JSON.stringify(answer.body);
        return reply.code(answer.status).send(text);
      },
    });
  };
  const isPlain = ({ streamed, form }: Endpoint<Caller>): boolean => !streamed && !form;
  for (const definition of endpoints.filter(isPlain)) register(app, definition);
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, next) => next(null, payload));
    for (const definition of endpoints.filter(({ streamed }) => streamed)) register(scope, definition);
    done();
  });
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<string>(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MAX_FORM_BYTES },
      (_request, text, next) => next(null, Object.fromEntries(new URLSearchParams(text))),
    );
    for (const definition of endpoints.filter(({ form }) => form)) register(scope, definition);
    done();
  });
}

/** An id or a name that cannot exist is answered like one that does not: 404 (api-contract §0.6, §0.7). */
function parseParams(schema: z.ZodType, params: unknown): unknown {
  const texts = Object.values(params as Record<string, string>);
  if (!texts.every(isStorable)) refuse('not_found');
  const parsed = schema.safeParse(params);
  return parsed.success ? parsed.data : refuse('not_found');
}

function parseQuery(schema: z.ZodType, query: unknown): unknown {
  for (const [name, value] of Object.entries(query as Record<string, string | string[]>)) {
    if (![value].flat().every(isStorable)) {
      refuse('bad_request', `${name}: holds a NUL character or half a surrogate pair`);
    }
  }
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    'bad_request',
    parsed.error.issues.map((issue) => ({ detail: `${issue.path.join('.')}: ${issue.message}` })),
  );
}

function parseBody(schema: z.ZodType, body: unknown): unknown {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_attribute', parsed.error.issues.map(toProblem));
}

function toProblem(issue: z.core.$ZodIssue): Problem {
  const name = issue.path.at(-1);
  return {
    detail: name === undefined ? issue.message : `${String(name)}: ${issue.message}`,
    pointer: `/${issue.path.map(String).join('/')}`,
  };
}
