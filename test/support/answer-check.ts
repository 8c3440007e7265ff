/**
 * Compares every answer of a server in this process with what its endpoints declare: the status, the media type, the
 * members of the body, and the headers that clients look at on each one (api-contract §1.3). Each server has its own
 * check, since many test files share a process and some make applications whose routes declare nothing.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answersOf, ErrorDocument, JSON_API, type Body } from '../../src/server/http/answers.ts';
import type { Endpoint } from '../../src/server/http/endpoint.ts';

export interface AnswerCheck {
  /** @throws when the answer to this request, or without an id any answer since the last call, was not as declared */
  check(requestId?: string | null): void;
  /** Removes one matching mismatch, for a test that makes the server fail on purpose. */
  expectMismatch(line: RegExp): void;
  /** Stops recording successful answers, for tests whose requests succeed only by chance. */
  stopRecording(): void;
}

interface Mismatch {
  requestId: string;
  line: string;
}

interface Watch {
  readonly mismatches: Mismatch[];
  isRecording: boolean;
}

/** The watch of the server that is being started, which keeps servers apart that start at the same time. */
const starting = new AsyncLocalStorage<Watch>();

subscribe('fastify.initialization', (message) => {
  const watch = starting.getStore();
  if (watch === undefined) return;
  const { fastify } = message as { fastify: FastifyInstance };
  fastify.addHook('onSend', (request, reply, payload, done) => {
    for (const problem of compare(request, reply, payload)) {
      const route = `${request.method} ${request.routeOptions.url ?? request.url}`;
      watch.mismatches.push({ requestId: request.id, line: `${route} ${reply.statusCode}: ${problem}` });
    }
    if (watch.isRecording) record(request, reply);
    done(null, payload);
  });
});

/** @param start makes the applications to watch, synchronously or in code that it awaits */
export function watchAnswers<T>(start: () => T): { started: T; answers: AnswerCheck } {
  const watch: Watch = {
    mismatches: [],
    isRecording: process.env['RUNWRIGHT_TEST_ANSWERED'] !== undefined,
  };
  const { mismatches } = watch;
  const started = starting.run(watch, start);
  return {
    started,
    answers: {
      check(requestId) {
        const concerned = mismatches.filter(
          (found) => requestId === undefined || found.requestId === requestId,
        );
        for (const found of concerned) mismatches.splice(mismatches.indexOf(found), 1);
        if (concerned.length === 0) return;
        throw new Error(`not as declared:\n${[...new Set(concerned.map(({ line }) => line))].join('\n')}`);
      },
      expectMismatch(line) {
        const index = mismatches.findIndex((found) => line.test(found.line));
        if (index < 0) throw new Error(`every answer was as declared, none like ${line}`);
        mismatches.splice(index, 1);
      },
      stopRecording() {
        watch.isRecording = false;
      },
    },
  };
}

const recorded = new Set<string>();

/** Records the endpoints that answered with success, for `npm test` to find the others (test/docs/unanswered.ts). */
function record({ routeOptions, method }: FastifyRequest, { statusCode }: FastifyReply): void {
  const line = `${method} ${routeOptions.url ?? ''}`;
  if (statusCode >= 400 || recorded.has(line)) return;
  recorded.add(line);
  appendFileSync(process.env['RUNWRIGHT_TEST_ANSWERED'] ?? '', `${line}\n`);
}

function compare(request: FastifyRequest, reply: FastifyReply, payload: unknown): string[] {
  const missing = ['tfp-api-version', 'tfp-appname', 'x-tfe-version', 'x-server-name', 'x-request-id'].filter(
    (name) => !reply.hasHeader(name),
  );
  const problems = missing.map((name) => `the header ${name} is missing`);
  const { endpoint } = request.routeOptions.config as { endpoint?: Endpoint };
  // The built pages are files, not answers of the API.
  const isPage = endpoint === undefined && /^\/app(\/|$)/.test(request.routeOptions.url ?? '');
  if (isPage && reply.statusCode === 200) return problems;
  if (endpoint === undefined) {
    return [...problems, ...compareBody([{ contentType: JSON_API, schema: ErrorDocument }], reply, payload)];
  }
  const declared = answersOf(endpoint).get(reply.statusCode);
  if (declared === undefined) return [...problems, `the status is not declared: ${String(payload)}`];
  return [...problems, ...compareBody(declared, reply, payload)];
}

function compareBody(declared: readonly Body[], reply: FastifyReply, payload: unknown): string[] {
  const isEmpty = payload === undefined || payload === null || payload === '';
  if (isEmpty || reply.request.method === 'HEAD') {
    return isEmpty && declared.length > 0 && reply.request.method !== 'HEAD' ? ['the body is empty'] : [];
  }
  const contentType = String(reply.getHeader('content-type'));
  const media = contentType.replace(/;.*/, '');
  const fitting = declared.filter((body) => body.contentType.replace(/;.*/, '') === media);
  if (fitting.length === 0) return [`${contentType} is not declared`];
  if (fitting.some(({ schema }) => schema === undefined)) return [];
  if (typeof payload !== 'string') return ['a body with a schema must be text'];
  const value = JSON.parse(payload) as unknown;
  const differences = fitting.map(({ schema }) => (schema === undefined ? [] : differencesOf(schema, value)));
  return differences.find((found) => found.length === 0) ?? differences[0] ?? [];
}

/** Parsing with a closed object schema drops members that it does not declare, so the parsed value differs then. */
function differencesOf(schema: NonNullable<Body['schema']>, value: unknown): string[] {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`);
  }
  if (isDeepStrictEqual(parsed.data, value)) return [];
  return [`members that are not declared: ${droppedMembers(value, parsed.data).join(', ')}`];
}

function droppedMembers(sent: unknown, parsed: unknown, path = ''): string[] {
  if (typeof sent !== 'object' || sent === null || typeof parsed !== 'object' || parsed === null) {
    return Object.is(sent, parsed) ? [] : [path];
  }
  return Object.entries(sent).flatMap(([key, child]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return key in parsed ? droppedMembers(child, (parsed as Record<string, unknown>)[key], here) : [here];
  });
}
