import { acceptKebabKeys, issueWords, kebabToSnake } from '@runwright/models';
import * as z from 'zod';
import type { Failure } from '../answer/failure.ts';

type ReadResult<T> = { readonly args: T } | { readonly failure: Failure };

/** Arguments that are objects, which some clients send as JSON text. */
const OBJECT_ARGUMENTS: ReadonlySet<string> = new Set(['params']);

/**
 * Reads a tool call's arguments. Keys may be written in snake_case or kebab-case: callers of older tools send either
 * (mcp §1.4). An unknown key is an error, because a misspelt `plan_only` would start a real run.
 */
export function readArguments<Input extends z.ZodObject>(
  input: Input,
  rawArguments: unknown,
): ReadResult<z.output<Input>> {
  const written = normalize(rawArguments ?? {}, Object.keys(input.shape));
  const read = (given: unknown) => input.safeParse(given, { error: issueWords });
  let parsed = read(written);
  if (!parsed.success) parsed = read(withoutRefusedBlanks(written, input, parsed.error.issues));
  if (parsed.success) return { args: parsed.data };
  return {
    failure: {
      code: 'invalid_argument',
      happened: `the arguments are not valid, so nothing was sent to the server. ${parsed.error.issues.map(describeIssue).join(' ')}`,
      next: 'correct the arguments named above and call again.',
    },
  };
}

function normalize(raw: unknown, known: readonly string[]): unknown {
  const args = acceptKebabKeys(known)(raw);
  if (!isObject(args)) return args;
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      OBJECT_ARGUMENTS.has(key) ? parseObjectText(value) : value,
    ]),
  );
}

/**
 * Some clients send null or an empty text for an omitted argument. It counts as omitted where it has no meaning of
 * its own: as an argument, and in `params` of a tool that creates something. In `params` of a tool that changes
 * something it could be meant to remove a value, so there the schema decides.
 */
function withoutRefusedBlanks(
  written: unknown,
  input: z.ZodObject,
  issues: readonly z.core.$ZodIssue[],
): unknown {
  const refused = new Set(issues.map(({ path }) => path.map(String).join('.')));
  const isOptional = (name: string): boolean => {
    const field: unknown = input.shape[name];
    return field instanceof z.ZodType && field.safeParse(undefined).success;
  };
  const isBlank = (key: string, value: unknown, above: string): boolean =>
    value === null || (value === '' && (above !== '' || isOptional(key)));
  const without = (value: unknown, above: string): unknown =>
    isObject(value)
      ? Object.fromEntries(
          Object.entries(value).filter(
            ([key, inner]) => !isBlank(key, inner, above) || !refused.has(`${above}${kebabToSnake(key)}`),
          ),
        )
      : value;
  const args = without(written, '');
  if (!isObject(args)) return args;
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      OBJECT_ARGUMENTS.has(key) && isOptional(key) ? without(value, `${key}.`) : value,
    ]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseObjectText(value: unknown): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function describeIssue({ path, message }: z.core.$ZodIssue): string {
  const sentence = message.endsWith('.') || message.endsWith('?') ? message : `${message}.`;
  return path.length === 0 ? sentence : `${path.map(String).join('.')}: ${sentence}`;
}
