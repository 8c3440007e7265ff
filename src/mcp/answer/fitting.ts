import { ExactNumber } from '@runwright/models';
import type { ToolResult } from './result.ts';

/** Clients write longer results into a file, or refuse them (mcp §4.1.1). */
export const MAX_RESULT_LENGTH = 40_000;

export const CUT_WARNING =
  'This answer was too long, so lists and texts in it are cut: ask for less, or for one thing at a time.';

interface Limit {
  /** The limit for items of a list, and for members of an object. */
  readonly items: number;
  readonly characters: number;
}

/** Tried in this order until the answer fits. */
const LIMITS: readonly Limit[] = [
  { items: 500, characters: 16_000 },
  { items: 100, characters: 4_000 },
  { items: 40, characters: 500 },
  { items: 10, characters: 200 },
];

/** The result, cut if it does not fit, with a warning about the cut. */
export function fitting(result: ToolResult): ToolResult {
  if (lengthOf(result) <= MAX_RESULT_LENGTH) return result;
  const warnings = [...result.warnings, CUT_WARNING];
  for (const limit of LIMITS) {
    const { data, summary, next_actions } = result;
    const cut = shortened({ data, summary, next_actions }, limit) as ToolResult;
    const smaller = { ...result, ...cut, warnings };
    if (lengthOf(smaller) <= MAX_RESULT_LENGTH) return smaller;
  }
  return { data: null, summary: {}, next_actions: [], warnings };
}

/** Longer texts are cut in every answer. */
const MAX_TEXT_LENGTH = 4_000;

/** A value of a list, with its lists and texts cut until it fits a length. */
export function fittingInto(value: unknown, maxLength: number): unknown {
  const limits = [{ items: Infinity, characters: MAX_TEXT_LENGTH }, ...LIMITS];
  const whole = lengthOf(value);
  for (const limit of limits) {
    const cut = shortened(value, limit);
    const length = lengthOf(cut);
    if (length <= maxLength) return length === whole ? value : cut;
  }
  return shortened(value, { items: 4, characters: 100 });
}

const lengthOf = (value: unknown): number => JSON.stringify(value).length;

function shortened(value: unknown, limit: Limit, key = ''): unknown {
  if (typeof value === 'string') return shortText(value, limit.characters, key);
  if (Array.isArray(value)) return value.slice(0, limit.items).map((item) => shortened(item, limit));
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  const members: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(
    members.slice(0, limit.items).map(([name, inner]) => [name, shortened(inner, limit, name)]),
  );
}

function shortText(text: string, characters: number, key: string): string {
  if (text.length <= characters) return text;
  const start = `${text.slice(0, characters)}…`;
  // The mark that closes fenced text is the last line, and must stay there.
  return key === 'untrusted_text' ? `${start}\n${text.slice(text.lastIndexOf('\n') + 1)}` : start;
}
