import { kebabToSnake } from '@runwright/models';
import type { z } from 'zod';
import type { Failure } from './failure.ts';

type ReadResult<T> = { readonly args: T } | { readonly failure: Failure };

/** Arguments that are objects. Some clients send them as JSON text. */
const OBJECT_ARGUMENTS: ReadonlySet<string> = new Set(['params']);

/**
 * Reads a tool call's arguments. Keys may be written in snake_case or kebab-case: callers of older tools send either
 * (mcp §1.4). An unknown key is an error, because a misspelt `plan_only` would start a real run.
 */
export function readArguments<Input extends z.ZodObject>(
  input: Input,
  rawArguments: unknown,
): ReadResult<z.output<Input>> {
  const parsed = input.safeParse(normalize(rawArguments ?? {}, Object.keys(input.shape)));
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
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return raw;
  const entries = Object.entries(raw).map(([written, value]): [string, unknown] => {
    const twin = kebabToSnake(written);
    // Given in both spellings, the schema refuses the second one.
    const key = known.includes(twin) && !Object.hasOwn(raw, twin) ? twin : written;
    return [key, OBJECT_ARGUMENTS.has(key) ? parseObjectText(value) : value];
  });
  return Object.fromEntries(entries);
}

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
