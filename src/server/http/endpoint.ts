import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Asked } from './permission.ts';
import type { Answers } from './answers.ts';
import { askForBody } from './expect-continue.ts';

/**
 * The callers of an endpoint: anyone, the bearer of an account's token (of a user, team, organization, run …), a
 * runner, or the service of a run task.
 */
export type Access = 'anyone' | 'account' | 'agent' | 'task';

/** The right that an endpoint of an account requires of its caller: the same that its service requires. */
type AccessDeclaration =
  { access: 'account'; permission: Asked } | { access: Exclude<Access, 'account'>; permission?: undefined };

export interface Answer {
  status: number;
  /** A JSON document. */
  body?: unknown;
  /** A body that is not JSON, sent as it is. Neither of the two: an empty body. */
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

/** One route as data, from which it is registered and documented. */
export interface Endpoint<Caller = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  summary: string;
  access: Access;
  permission?: Asked | undefined;
  params: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The type of the document that is sent, or of each in its list, where it is not that of the answer. */
  bodyType?: string;
  /** The name in generated clients, when the URL does not distinguish the endpoint from others. */
  operation?: string;
  /** The shape of the body in the documentation, when `body` accepts anything and the service reads it. */
  bodyShape?: z.ZodType;
  /** An example of the body for the documentation. */
  example?: object;
  /** The answer never changes: it is compressed only once. */
  isConstant?: boolean;
  /** The body is passed on as a stream ({@link streamedBody}), whatever its media type. */
  streamed?: boolean;
  /** The body is that of an HTML form or an OAuth client (`application/x-www-form-urlencoded`), as an object. */
  form?: boolean;
  /** Its answers beside the refusals; the test-suite compares each answer (document-schema.ts has the parts). */
  answers: Answers;
  /** Where the body may hold files as base64, which are never parsed, and how large it may be with them. */
  longTexts?: { pointers: readonly string[]; maxBytes: number };
  /** Refuses callers that the service would refuse, before a large body is read. */
  beforeBody?: (
    request: Pick<EndpointRequest<never, never, never, Caller>, 'params' | 'caller'>,
  ) => Promise<void>;
  handle: (request: EndpointRequest<never, never, never, Caller>) => Promise<Answer | typeof HIJACKED>;
}

/** The body of a request to a `streamed` endpoint. */
export function streamedBody({ raw }: FastifyRequest): Readable {
  askForBody(raw);
  return raw;
}

/** The result of a handler that wrote the response itself (`reply.send(stream)`). */
export const HIJACKED = Symbol('hijacked');

export function endpoint<
  Caller,
  Params extends z.ZodType,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  definition: Omit<
    Endpoint<Caller>,
    'params' | 'query' | 'body' | 'handle' | 'access' | 'permission' | 'beforeBody'
  > &
    AccessDeclaration & {
      params: Params;
      query?: Query;
      body?: Body;
      beforeBody?: (
        request: Pick<EndpointRequest<z.output<Params>, never, never, Caller>, 'params' | 'caller'>,
      ) => Promise<void>;
      handle: (
        request: EndpointRequest<z.output<Params>, Parsed<Query>, Parsed<Body>, Caller>,
      ) => Promise<Answer | typeof HIJACKED>;
    },
): Endpoint<Caller> {
  return definition as unknown as Endpoint<Caller>;
}
