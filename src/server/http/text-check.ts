import { MAX_DEPTH, pointerStep } from './json-structure.ts';

interface Unstorable {
  /** The place in the value, as a JSON pointer. */
  pointer: string;
  detail: string;
}

/**
 * The first thing in a parsed JSON value (or a list of texts) that no database row can hold: NUL characters and half
 * surrogate pairs, which PostgreSQL refuses in text and jsonb, and nesting deeper than any document of the API. It
 * costs no more than parsing did: a pointer is made only for a finding.
 */
export const findUnstorable = (value: unknown): Unstorable | undefined => search(value, 0);

function search(value: unknown, depth: number): Unstorable | undefined {
  if (typeof value === 'string') {
    return isStorable(value)
      ? undefined
      : { pointer: '', detail: 'holds a NUL character or half a surrogate pair' };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { pointer: '', detail: `nests deeper than ${MAX_DEPTH} levels` };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = search(value[index], depth + 1);
      if (found !== undefined) return within(String(index), found);
    }
    return undefined;
  }
  for (const key in value) {
    if (!isStorable(key)) {
      return { pointer: '', detail: 'has a key with a NUL character or half a surrogate pair' };
    }
    const found = search((value as Record<string, unknown>)[key], depth + 1);
    if (found !== undefined) return within(key, found);
  }
  return undefined;
}

const within = (key: string, { pointer, detail }: Unstorable): Unstorable => ({
  pointer: `${pointerStep(key)}${pointer}`,
  detail,
});

export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
