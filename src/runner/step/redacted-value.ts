import { ExactNumber } from '@runwright/models';
import { isDeepStrictEqual } from 'node:util';

/** The text that replaces a sensitive text. */
export const REDACTED = '(sensitive value)';
export const REDACTED_AND_CHANGED = '(sensitive value, changed)';

/**
 * The two sides of a change without the values that their marks call sensitive. A mark is `true` for a whole value,
 * or an object or array with marks for parts of it, as in terraform's `before_sensitive`. A value that one side marks
 * is hidden on both: the other side may hold the same value.
 *
 * A replacement has the JSON type of the original, because a program that draws the plan reads it by the provider's
 * schema, and null stays null. The two replacements of a changed value differ, so it still shows as a change.
 */
export function redactPair(
  before: unknown,
  after: unknown,
  beforeMark: unknown,
  afterMark: unknown,
): { before: unknown; after: unknown } {
  const mark = mergeMarks(beforeMark, afterMark);
  return { before: redact(before, mark, before), after: redact(after, mark, before) };
}

/** Hides a value of unknown meaning as if all of it were marked. */
export function redactWhole(value: unknown): unknown {
  return replacement(value, false);
}

function redact(value: unknown, mark: unknown, before: unknown): unknown {
  if (mark === true) return replacement(value, value !== before && !isDeepStrictEqual(value, before));
  if (!isContainer(value) || typeof mark !== 'object' || mark === null) return value;
  const redactPart = (part: unknown, key: string): unknown =>
    redact(part, partOf(mark, key), partOf(before, key));
  if (Array.isArray(value)) return value.map((part, index) => redactPart(part, String(index)));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactPart(part, key)]));
}

/** A number that JavaScript cannot hold is an object here, and still a value. */
const isContainer = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof ExactNumber);

function mergeMarks(one: unknown, other: unknown): unknown {
  if (one === true || other === true) return true;
  if (typeof one !== 'object' || one === null) return other;
  if (typeof other !== 'object' || other === null) return one;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...keys].map((key) => [key, mergeMarks(partOf(one, key), partOf(other, key))]));
}

function partOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function replacement(value: unknown, isChanged: boolean): unknown {
  if (typeof value === 'string') return isChanged ? REDACTED_AND_CHANGED : REDACTED;
  if (typeof value === 'number' || value instanceof ExactNumber) return isChanged ? 1 : 0;
  if (typeof value === 'boolean') return isChanged;
  if (Array.isArray(value)) return isChanged ? [null] : [];
  if (typeof value === 'object' && value !== null) return isChanged ? { [REDACTED_AND_CHANGED]: null } : {};
  // The value is null or absent.
  return value;
}
