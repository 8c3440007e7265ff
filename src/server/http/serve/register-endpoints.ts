import { issueWords, writeExactJson } from '@runwright/models';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { answersOf } from '../answers.ts';
import { createHeldBytes, type HeldBytes } from '../body/held-bytes.ts';
import {
  checkHeaders,
  decodeUtf8,
  FORM_TYPES,
  JSON_TYPES,
  MAX_JSON_BYTES,
  parseJson,
  readWhole,
} from '../body/json-body.ts';
import { readWithLongTexts } from '../body/long-texts.ts';
import { HIJACKED, type Access, type Endpoint } from '../endpoint.ts';
import { pointerStep } from '../json-structure.ts';
import { identityCheck } from '../identity-check.ts';
import { DOCUMENTED, includesOf, readQueryNames } from '../list-query.ts';
import { Refusal, refuse, type Problem } from '../refusal.ts';
import { isStorable } from '../text-check.ts';

const MAX_FORM_BYTES = 16 * 1024;
/** Enough for some thousand resources in one request. Runners are trusted with more. */
const MAX_VALUES = 20_000;
const MAX_VALUES_OF_AGENT = 200_000;
/** A request's errors are listed together, but not more than a person reads. */
const MAX_PROBLEMS = 20;

/** Returns the caller, or refuses: with 401, 404 or 429. Called for every request before any of its body is read. */
export type Admit<Caller> = (request: FastifyRequest, access: Access, reply: FastifyReply) => Promise<Caller>;

/** Serves the endpoints. A request's sender is known, and its headers are checked, before its body is read. */
export function registerEndpoints<Caller>(
  app: FastifyInstance,
  endpoints: readonly Endpoint<Caller>[],
  admit: Admit<Caller>,
): void {
  const held = createHeldBytes();
  const callers = new WeakMap<FastifyRequest, Caller>();
  for (const definition of endpoints) {
    const answers = answersOf(definition);
    const checkIdentity = identityCheck(definition);
    app.route({
      method: definition.method === 'GET' ? ['GET', 'HEAD'] : definition.method,
      url: definition.url,
      config: { endpoint: definition },
      onRequest: async (raw, reply) => {
        callers.set(raw, await admit(raw, definition.access, reply));
        if (definition.method !== 'GET' && !definition.streamed) {
          const { mediaTypes, maxBytes } = bodyRules(definition);
          checkHeaders(raw.raw, mediaTypes, maxBytes);
        }
      },
      handler: async (raw, reply) => {
        const caller = callers.get(raw) as Caller;
        const params = parseParams(definition.params, raw.params);
        const query = parseQuery(definition, raw.query as Record<string, unknown>);
        await definition.beforeBody?.({ params, caller } as never);
        const hold = held.hold(raw.countedAs);
        try {
          const sent = await readBody(definition, raw, hold);
          checkIdentity(sent, raw.params as Record<string, string>);
          const body = definition.body && parseBody(definition.body, sent);
          const request = { params, query, body, caller, raw, reply };
          const answer = await definition
            .handle(request as never)
            .catch((error: unknown) => refuseFormed(error, definition.bodyShape, sent));
          if (answer === HIJACKED) return reply;
          const contentType = answers.get(answer.status)?.[0]?.contentType;
          if (contentType !== undefined) reply.header('Content-Type', contentType);
          if (answer.headers) reply.headers(answer.headers);
          const text = answer.body === undefined ? answer.text : writeExactJson(answer.body);
          if (text === undefined) reply.removeHeader('Content-Type');
          return reply.code(answer.status).send(text);
        } finally {
          hold.release();
        }
      },
    });
  }
}

/** Statuses that refuse a request for its form, or, once that is right, for what it asks for. */
const STATUSES_OF_FORM: readonly number[] = [400, 422];

/**
 * Throws the error of a handler. Its refusals say that the form was right: that is checked before, or against the
 * documented shape of a body that the handler reads itself.
 */
function refuseFormed(error: unknown, shape: z.ZodType | undefined, sent: unknown): never {
  const isRefused = error instanceof Refusal && STATUSES_OF_FORM.includes(error.statusCode);
  if (isRefused && (shape?.safeParse(sent).error?.issues ?? []).every(isBeyondForm)) {
    throw error.ofWellFormed();
  }
  throw error;
}

/** Whether an OpenAPI document cannot state the rule that is broken: it compares values, or reads a grammar. */
const isBeyondForm = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'custom' && issue.params !== DOCUMENTED;

const bodyRules = ({ form, longTexts }: Pick<Endpoint, 'form' | 'longTexts'>) =>
  form
    ? { mediaTypes: FORM_TYPES, maxBytes: MAX_FORM_BYTES }
    : { mediaTypes: JSON_TYPES, maxBytes: longTexts?.maxBytes ?? MAX_JSON_BYTES };

/** Reads the body also for endpoints that ignore it: a body that is no JSON is refused everywhere. */
async function readBody<Caller>(
  definition: Endpoint<Caller>,
  { raw }: FastifyRequest,
  hold: ReturnType<HeldBytes['hold']>,
): Promise<unknown> {
  const { access, form, longTexts, method, streamed } = definition;
  if (method === 'GET' || streamed) return undefined;
  if (longTexts !== undefined) return await readWithLongTexts(raw, { ...longTexts, hold });
  const bytes = await readWhole(raw, bodyRules({ form: form ?? false }).maxBytes, hold);
  if (form) return Object.fromEntries(new URLSearchParams(decodeUtf8(bytes)));
  return parseJson(bytes, access === 'agent' ? MAX_VALUES_OF_AGENT : MAX_VALUES);
}

/** An id or a name that cannot exist is answered like one that does not: 404 (api-contract §0.6, §0.7). */
function parseParams(schema: z.ZodType, params: unknown): unknown {
  const texts = Object.values(params as Record<string, string>);
  if (!texts.every(isStorable)) refuse('not_found');
  const parsed = schema.safeParse(params);
  return parsed.success ? parsed.data : refuse('not_found');
}

function parseQuery<Caller>(
  { access, query: schema }: Endpoint<Caller>,
  given: Record<string, unknown>,
): unknown {
  for (const [name, value] of Object.entries(given as Record<string, string | string[]>)) {
    if (![value].flat().every(isStorable)) {
      refuseParameter(name, `${name}: holds a NUL character or half a surrogate pair`);
    }
  }
  const named = access === 'account' ? readQueryNames(schema, given) : { query: given };
  // The terraform CLI looks for an error that ends in its title.
  const refuseInclude = (): never => {
    throw new Refusal('invalid_include', [{ known: includesOf(schema), parameter: 'include' }]);
  };
  if (named === 'include') return refuseInclude();
  if ('problem' in named) return refuseParameter(named.name, named.problem);
  const parsed = schema?.safeParse(named.query, { error: issueWords });
  if (parsed === undefined || parsed.success) return parsed?.data;
  if (parsed.error.issues.some(({ path }) => path[0] === 'include')) refuseInclude();
  const problems = parsed.error.issues.slice(0, MAX_PROBLEMS).map((issue) => ({
    detail: `${issue.path.join('.')}: ${issue.message}`,
    parameter: String(issue.path[0] ?? ''),
    isWellFormed: isBeyondForm(issue),
  }));
  throw new Refusal('bad_request', problems);
}

function refuseParameter(parameter: string, detail: string): never {
  throw new Refusal('bad_request', [{ detail, parameter }]);
}

function parseBody(schema: z.ZodType, body: unknown): unknown {
  const parsed = schema.safeParse(body, { error: issueWords });
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_attribute', parsed.error.issues.slice(0, MAX_PROBLEMS).map(toProblem));
}

function toProblem(issue: z.core.$ZodIssue): Problem {
  const names = issue.path.map(String);
  return {
    detail: sentenceOf(names, issue.message),
    pointer: names.map(pointerStep).join(''),
    isWellFormed: isBeyondForm(issue),
  };
}

/** Clients that parse the sentence expect HCP's form: "Name may only contain letters". */
function sentenceOf(path: readonly string[], message: string): string {
  const name = path.at(-1) ?? 'the body';
  const entry = /^\d+$/.test(name) ? `entry ${Number(name) + 1} of ${path.at(-2) ?? 'the body'}` : name;
  if (/^(may|must) /.test(message)) return `${entry.charAt(0).toUpperCase()}${entry.slice(1)} ${message}`;
  return path.length === 0 ? message : `${entry}: ${message}`;
}
