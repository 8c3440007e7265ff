import { issueWords } from '@runwright/models';
import { isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { hasUnstorable } from './storable-text.ts';

/** A problem in a user's document, with its place: line and column count from 1. */
export interface SourceProblem {
  message: string;
  line: number;
  column: number;
}

export class SourceProblems extends Error {
  readonly problems: readonly SourceProblem[];

  constructor(problems: readonly SourceProblem[]) {
    super(problems.map(({ message }) => message).join('; '));
    this.problems = problems;
  }
}

type Path = readonly (string | number)[];

export interface SourceDocument<T> {
  value: T;
  /** The place of a member, or of an offset in a member's text. */
  at(path: Path, offset?: number): { line: number; column: number };
}

/** Aliases can make a large value from a small text. */
const MAX_ALIASES = 100;
const SHOWN_PROBLEMS = 20;

/**
 * Reads a YAML document; every JSON document is one.
 *
 * @throws SourceProblems all problems, up to a readable number
 */
export function readSource<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): SourceDocument<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (document.errors.length > 0) {
    throw new SourceProblems(
      document.errors
        .slice(0, SHOWN_PROBLEMS)
        .map(({ message, pos }) => ({ message: sayDepth(message), ...place(pos[0]) })),
    );
  }
  const at: SourceDocument<unknown>['at'] = (path, offset = 0) => place(offsetOf(document, path, offset));
  const parsed = schema.safeParse(toValue(document, place), { error: issueWords });
  if (!parsed.success) {
    throw new SourceProblems(
      parsed.error.issues.slice(0, SHOWN_PROBLEMS).map(({ path, message }) => {
        const known = path.filter((part) => typeof part !== 'symbol');
        const name = known.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('');
        return { message: `${name.replace(/^\./, '') || 'the document'}: ${message}`, ...at(known) };
      }),
    );
  }
  return { value: parsed.data, at };
}

function toValue(
  document: Document.Parsed,
  place: (offset: number) => { line: number; column: number },
): unknown {
  try {
    const value = document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
    if (hasUnstorable(value)) throw new Error('it holds a NUL or half a character, which cannot be kept');
    return value;
  } catch (error) {
    throw new SourceProblems([
      { message: sayDepth(error instanceof Error ? error.message : String(error)), ...place(0) },
    ]);
  }
}

const sayDepth = (message: string): string =>
  message === 'Maximum call stack size exceeded' ? 'it is nested too deeply, or holds itself' : message;

/** The offset of the member, or of its nearest ancestor that exists. */
function offsetOf(document: Document.Parsed, path: Path, within: number): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || node.range === null || node.range === undefined) continue;
    const [start, end] = node.range;
    if (length < path.length || !isScalar(node)) return start;
    const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0;
    return Math.min(start + quote + within, Math.max(end - 1, start));
  }
  return 0;
}
