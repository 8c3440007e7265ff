/**
 * The part of docs/compatibility.md that says what each attribute and relationship of a request does, and which
 * filters, orders and includes each list takes. It is made from the declarations of the endpoints.
 */
import * as z from 'zod';
import type { Effect } from '../../src/server/http/effect.ts';
import type { Endpoint } from '../../src/server/http/endpoint.ts';
import type { Room } from '../../src/server/http/openapi/document.ts';

export const VOCABULARY_PART = {
  begin: '<!-- vocabulary: made by `npm run docs` -->',
  end: '<!-- /vocabulary -->',
};

type Standing = Effect | 'honoured';

/** What an endpoint that makes or changes something accepts: attributes by name, and relationships after `→`. */
export function takenBy({ body, bodyShape }: Pick<Endpoint, 'body' | 'bodyShape'>): Map<string, Standing> {
  const data = shapeOf(shapeOf(bodyShape ?? body)['data']);
  const members = [
    ...Object.entries(shapeOf(data['attributes'])),
    ...Object.entries(shapeOf(data['relationships'])).map(([name, schema]) => [`→ ${name}`, schema] as const),
  ];
  return new Map(members.map(([name, schema]) => [name, standingOf(schema)]));
}

function standingOf(schema: unknown): Standing {
  if (!(schema instanceof z.ZodType)) return 'honoured';
  const own = schema.meta()?.['effect'] as Effect | undefined;
  if (own !== undefined) return own;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable
    ? standingOf(schema.unwrap())
    : 'honoured';
}

/** The members of an object schema, without its wrappers. */
export function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return shapeOf(schema.unwrap());
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in);
  if (schema instanceof z.ZodArray) return shapeOf(schema.element);
  return {};
}

export interface Asked {
  include: readonly string[];
  /** Words of `include` that are accepted but include nothing. */
  without: readonly string[];
  filters: readonly string[];
  sort: readonly string[];
}

/** The query parameters of a read, without those of pages. */
export function askedOf({ query }: Pick<Endpoint, 'query'>): Asked {
  const shape = shapeOf(query);
  const meta = (name: string): Record<string, unknown> => {
    const schema = shape[name];
    return schema instanceof z.ZodType ? (schema.meta() ?? {}) : {};
  };
  const known = (meta('include')['listOf'] as string[] | undefined) ?? [];
  const without = (meta('include')['withoutEffect'] as string[] | undefined) ?? [];
  const isLoose = query instanceof z.ZodObject && query.def.catchall !== undefined;
  return {
    include: known.filter((word) => !without.includes(word)),
    without,
    filters: [
      ...Object.keys(shape).filter((name) => !/^(page\[.*|include|sort)$/.test(name)),
      ...(isLoose ? ['filter[tagged][0][key]', 'filter[tagged][0][value]'] : []),
    ],
    sort: ((meta('sort')['enum'] as string[] | undefined) ?? []).filter((word) => !word.startsWith('-')),
  };
}

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');
const withoutPrefix = (url: string): string => url.replace('/api/v2', '');

/** A row for each endpoint of an account that takes a document with attributes or relationships. */
function bodyRows(endpoints: readonly Endpoint[]): string[] {
  const rows = new Map<string, string[]>();
  for (const endpoint of endpoints) {
    const taken = [...takenBy(endpoint)];
    if (endpoint.access !== 'account' || endpoint.method === 'GET' || taken.length === 0) continue;
    const of = (standing: Standing): string =>
      code(taken.flatMap(([name, own]) => (own === standing ? [name] : [])));
    const cells = [of('honoured'), of('kept'), of('ignored'), of('refused')].join(' | ');
    const names = rows.get(cells) ?? [];
    rows.set(cells, [...names, `\`${endpoint.method} ${withoutPrefix(endpoint.url)}\``]);
  }
  return [...rows].map(([cells, names]) => `| ${names.join(', ')} | ${cells} |`);
}

function queryRows(endpoints: readonly Endpoint[]): string[] {
  return endpoints.flatMap((endpoint) => {
    const { include, without, filters, sort } = askedOf(endpoint);
    if (endpoint.access !== 'account' || endpoint.method !== 'GET') return [];
    if ([include, without, filters, sort].every((words) => words.length === 0)) return [];
    const cells = [code(include), code(without), code(filters), code(sort)].join(' | ');
    return [`| \`${withoutPrefix(endpoint.url)}\` | ${cells} |`];
  });
}

export function vocabularyPart(rooms: readonly Room<never>[]): string {
  const endpoints = rooms.flatMap((room) => room.endpoints as readonly Endpoint[]);
  return [
    '### What can be sent',
    '',
    'Relationships stand after →. What is *kept* is shown as it was set, and nothing follows from it; what is *taken* is known',
    'from elsewhere; what is *refused* may be sent as long as it asks for nothing (`false`, `null`, `[]`), else the answer is',
    '422 and says why. Attributes that are only ever part of answers (counts, dates, permissions) may be sent and change nothing,',
    'so that what was read can be sent back.',
    '',
    '| endpoint | honoured | kept | taken | refused |',
    '|---|---|---|---|---|',
    ...bodyRows(endpoints),
    '',
    '### What can be asked for',
    '',
    'Everything else that begins with `filter`, `search`, `q`, `sort`, `scope` or `include` is answered with 400, which names what',
    'is known. Words may be written with `-` or `_`; a `-` before a word of `sort` reverses the order. Of the words in the third',
    'column nothing is there, so nothing is included.',
    '',
    '| endpoint | include | include, of which nothing is there | filters and searches | sort |',
    '|---|---|---|---|---|',
    ...queryRows(endpoints),
  ].join('\n');
}
