import * as z from 'zod';

/** Marks a rule that the OpenAPI document states beside it, as an enum: breaking it is a fault of the form. */
export const DOCUMENTED = { isDocumented: true };

/** Words may be written with hyphens or underscores, whichever a client prefers (api-contract §1.5). */
const spelledAlike = (word: string): string => word.replaceAll('-', '_');

/**
 * `include=a,b.c`: the related resources that an answer may hold as well. Any other word is refused.
 *
 * @param withoutEffect words that clients send, and for which nothing is included
 */
export const includeOf = (names: readonly string[], withoutEffect: readonly string[] = []) => {
  const known = [...names, ...withoutEffect];
  return z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().join(','))
    .refine((text) => wordsOf(text).every((word) => known.includes(spelledAlike(word))), {
      error: `may name ${listed(known)}`,
      params: DOCUMENTED,
    })
    .optional()
    .meta({ listOf: known, withoutEffect, description: `Also answer with: ${listed(known)}.` });
};

/** The words that `include` may name in this query. */
export const includesOf = (schema: z.ZodType | undefined): readonly string[] => {
  const include: unknown = schema instanceof z.ZodObject ? schema.shape['include'] : undefined;
  return include instanceof z.ZodType ? ((include.meta()?.['listOf'] as string[] | undefined) ?? []) : [];
};

/** `sort=name` or `sort=-name`, in reverse. */
export const sortOf = (...names: readonly [string, ...string[]]) => {
  const words = names.flatMap((name) => [name, `-${name}`]);
  return z
    .string()
    .transform((text) => words.find((word) => alikeInOrder(word, text)) ?? text)
    .refine((text) => text === '' || words.includes(text), {
      error: `may be ${listed(words)}`,
      params: DOCUMENTED,
    })
    .optional()
    .meta({ enum: words, description: 'The order; with a - in reverse.' });
};

/** One of these words; an empty text means none of them, because clients send it for an omitted one. */
export const oneOf = (...words: readonly [string, ...string[]]) =>
  z
    .string()
    .refine((text) => text === '' || words.includes(text), {
      error: `may be ${listed(words)}`,
      params: DOCUMENTED,
    })
    .transform((text) => text || undefined)
    .optional()
    .meta({ enum: words });

const alikeInOrder = (word: string, text: string): boolean =>
  word.startsWith('-') === text.startsWith('-') &&
  spelledAlike(word.replace(/^-/, '')) === spelledAlike(text.replace(/^-/, ''));

const wordsOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const listed = (words: readonly string[]): string => words.join(', ');

/** `filter[tagged][0][key]=…`: any number of them. */
const TAG_FILTER = /^filter\[tagged\]\[\d{1,3}\]\[(key|value)\]$/;
/** Parameters that narrow, order or widen an answer: to ignore one would give another answer than requested. */
const TELLING = /^(include|sort|scope|show_only_configured|q|filter|search|(filter|search|q)\[.*)$/;

/**
 * The query of a request in the spelling that the endpoint declares, or a sentence about a parameter that this endpoint
 * does not have; `include` if nothing can be included.
 *
 * @param schema undefined: the endpoint has no query; a loose one also takes filters by tags
 */
export function readQueryNames(
  schema: z.ZodType | undefined,
  query: Record<string, unknown>,
): { query: Record<string, unknown> } | { name: string; problem: string } | 'include' {
  if (schema !== undefined && !(schema instanceof z.ZodObject)) return { query };
  const known = Object.keys(schema?.shape ?? {});
  const takesTags = schema?.def.catchall !== undefined;
  const read: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const own = known.find((each) => spelledAlike(each) === spelledAlike(name));
    if (own === undefined && TELLING.test(name) && !(takesTags && TAG_FILTER.test(name))) {
      if (name === 'include') return name;
      return { name, problem: `${name}: is not known here. ${sayKnown(known, takesTags)}` };
    }
    read[own ?? name] = value;
  }
  return { query: read };
}

function sayKnown(known: readonly string[], takesTags: boolean): string {
  const all = [
    ...known.filter((name) => TELLING.test(name)),
    ...(takesTags ? ['filter[tagged][0][key]', 'filter[tagged][0][value]'] : []),
  ];
  return all.length === 0 ? 'This answer cannot be narrowed.' : `Known are ${listed(all)}.`;
}
