import * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { kebabToSnake } from './key-case.ts';

/**
 * An object that accepts only these fields, and names the field that a misspelt one most likely means. A typo must
 * not go unnoticed: `plan_onlly: true` would start a run that applies (mcp §1.4).
 *
 * @param name names the object in messages: `a run variable`
 */
export function strictFields<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  const fields = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      return issue.keys.map((key) => describeUnknownField(name, key, fields)).join(' ');
    },
  });
}

/** One sentence about an unknown field of an object. */
export function describeUnknownField(name: string, key: string, fields: readonly string[]): string {
  const twin = kebabToSnake(key);
  if (fields.includes(twin)) return `"${key}" and "${twin}" are the same field of ${name}: give one of them.`;
  const meant = didYouMean(key, fields);
  const advice = meant === undefined ? `its fields are ${fields.join(', ')}.` : `did you mean "${meant}"?`;
  return `${JSON.stringify(key)} is not a field of ${name}: ${advice}`;
}

/**
 * Renames kebab-case keys that are fields in snake_case, for callers who know the wire names (mcp §1.6). Other keys,
 * and a field given in both spellings, are left for the object's schema to refuse.
 */
export function acceptKebabKeys(fields: readonly string[]): (input: unknown) => unknown {
  return (input) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
    return Object.fromEntries(
      Object.entries(input).map(([key, value]) => {
        const field = kebabToSnake(key);
        return [fields.includes(field) && !Object.hasOwn(input, field) ? field : key, value];
      }),
    );
  };
}
