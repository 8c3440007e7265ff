import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { answersOf, JSON_API, type Body } from '../answers.ts';
import type { Endpoint } from '../endpoint.ts';
import { resourceType } from '../identity-check.ts';
import type { JsonSchema, SchemaCollection } from './json-schemas.ts';
import { pascalCase } from '../names.ts';
import { wordsAskedFor } from '../permission.ts';
import { operationId } from './operation-id.ts';

export type Operation = Record<string, unknown>;

/** Headers of every answer (api-contract §1.3), by reference. */
export const ANSWER_HEADERS = {
  'TFP-API-Version': 'The version of the API; clients refuse what is too old.',
  'TFP-AppName': 'What the terraform CLI takes this server for.',
  'X-TFE-Version': 'The release that the terraform CLI takes this server for.',
  'X-Server-Name': 'What this server is.',
  'X-Request-Id': 'The name of the request in the log of the server.',
};

const SECURITY = {
  anyone: [],
  account: [{ token: [] }],
  agent: [{ agentToken: [] }],
  task: [{ taskToken: [] }],
};

/** The OpenAPI description of one endpoint. */
export function describeOperation(
  endpoint: Endpoint,
  tag: string,
  schemas: SchemaCollection,
  all: readonly Endpoint[],
): Operation {
  const { access, permission, summary, url } = endpoint;
  return {
    operationId: nameOf(endpoint),
    tags: [tag],
    summary,
    description: `${summary}. ${explainAccess(access, permission)}`,
    security: SECURITY[access],
    parameters: [...pathParameters(url), ...queryParameters(endpoint, schemas)],
    ...requestBody(endpoint, schemas),
    responses: Object.fromEntries(
      [...answersOf(endpoint)]
        .toSorted(([one], [other]) => one - other)
        .map(([status, bodies]) => [
          String(status),
          {
            ...describeAnswer(status, bodies, schemas),
            ...(status === 201 ? linksTo(endpoint, all) : {}),
          },
        ]),
    ),
  };
}

const WHO = {
  anyone: 'Asks for no token.',
  agent: 'For runners.',
  task: 'For the service of a run task, with the token that it was asked with.',
};

function explainAccess(access: Endpoint['access'], permission: Endpoint['permission']): string {
  if (access !== 'account') return WHO[access];
  const words = permission === undefined ? [] : wordsAskedFor(permission);
  return `Asks for the permission ${words.map(([owner, word]) => `\`${word}\`${owner === null ? '' : ` of ${owner}`}`).join(', or ')}.`;
}

/** Links to the next possible requests for a created resource, whose id is in the answer. */
function linksTo({ answers }: Endpoint, all: readonly Endpoint[]): { links?: Record<string, object> } {
  const type = resourceType(answers[201]);
  const one = `/api/v2/${type}/:id`;
  const next = all.filter(({ url }) => url === one || url.startsWith(`${one}/actions/`));
  if (next.length === 0) return {};
  const links = next.map((endpoint) => {
    const name = nameOf(endpoint);
    const link = { operationId: name, parameters: { id: '$response.body#/data/id' } };
    return [name, { ...link, description: endpoint.summary }] as const;
  });
  return { links: Object.fromEntries(links) };
}

const nameOf = (endpoint: Endpoint): string =>
  endpoint.operation ?? operationId(endpoint.method, endpoint.url, answersWithList(endpoint));

function answersWithList(endpoint: Endpoint): boolean {
  const schema = answersOf(endpoint).get(200)?.[0]?.schema;
  return schema instanceof z.ZodObject && schema.shape['data'] instanceof z.ZodArray;
}

/** `/runs/:id` → `/runs/{id}` */
export const pathTemplate = (url: string): string => url.replaceAll(/:([A-Za-z]+)/g, '{$1}');

const pathParameters = (url: string) =>
  [...url.matchAll(/:([A-Za-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ query }: Endpoint, schemas: SchemaCollection) {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemas.convert(query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(
    ([name, { description, listOf: words, withoutEffect: _words, ...schema }]) => ({
      name,
      in: 'query',
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      ...(words === undefined
        ? { schema }
        : {
            style: 'form',
            explode: false,
            schema: { type: 'array', items: { type: 'string', enum: words } },
          }),
    }),
  );
}

const BINARY: JsonSchema = { type: 'string', format: 'binary' };

function requestBody(endpoint: Endpoint, schemas: SchemaCollection) {
  const { answers, body, bodyShape, bodyType, example, form, streamed } = endpoint;
  if (streamed) {
    return { requestBody: { required: true, content: { 'application/octet-stream': { schema: BINARY } } } };
  }
  const shape = bodyShape ?? body;
  if (shape === undefined) return {};
  const name = pascalCase(nameOf(endpoint));
  const content = { schema: schemas.convert(withoutAbsence(shape), `${name}Request`) };
  const type = bodyType ?? resourceType(answers[201] ?? answers[200]);
  sayType(schemas.components[`${name}Request`], type);
  const required = !shape.safeParse(undefined).success;
  return {
    requestBody: {
      required,
      content: form
        ? { 'application/x-www-form-urlencoded': content }
        : // `application/json` is accepted as well. If it were named here, generators would make two bodies.
          { [JSON_API]: { ...content, ...(example === undefined ? {} : { example }) } },
    },
  };
}

interface Typed {
  properties?: JsonSchema;
}

/** The type of the document, or of each in its list: it may be left out, and must be this one otherwise (identity-check.ts). */
function sayType(request: JsonSchema | undefined, type: string | undefined): void {
  const { data } = (request?.['properties'] ?? {}) as { data?: Typed & { items?: Typed } };
  const typed = data?.items ?? data;
  if (type === undefined || typed?.properties === undefined) return;
  typed.properties = { ...typed.properties, type: { type: 'string', enum: [type] } };
}

/** `required` tells whether a body may be left out: clients are generated from the schema of its content. */
function withoutAbsence(schema: z.ZodType): z.ZodType {
  const isAbsentToo = schema instanceof z.ZodOptional || schema instanceof z.ZodNullable;
  return isAbsentToo ? withoutAbsence(schema.unwrap() as z.ZodType) : schema;
}

/** Bytes that are passed on as they are. */
const opaque = (contentType: string): JsonSchema =>
  contentType.startsWith('text/') ? { type: 'string' } : contentType.endsWith('json') ? {} : BINARY;

function describeAnswer(status: number, bodies: readonly Body[], schemas: SchemaCollection) {
  const names = [...Object.keys(ANSWER_HEADERS), ...(status >= 300 && status < 400 ? ['Location'] : [])];
  const content: Record<string, { schema?: JsonSchema }> = {};
  for (const { contentType, schema } of bodies) {
    content[contentType] = { schema: schema === undefined ? opaque(contentType) : schemas.convert(schema) };
  }
  return {
    description: STATUS_CODES[status] ?? 'Answer',
    headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...(bodies.length === 0 ? {} : { content }),
  };
}
