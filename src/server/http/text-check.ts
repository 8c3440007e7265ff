/**
 * The first thing in a parsed JSON value (or a list of texts) that no database row can hold: NUL characters and half
 * surrogate pairs, which PostgreSQL refuses in text and jsonb, and nesting deeper than any document of the API.
 * Iterative, since a hostile body may nest deeper than the stack.
 */
const MAX_DEPTH = 64;

export function findUnstorable(value: unknown): { pointer: string; detail: string } | undefined {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { pointer, depth } = next;
    if (typeof next.value === 'string') {
      if (!isStorable(next.value))
        return { pointer, detail: 'holds a NUL character or half a surrogate pair' };
    } else if (typeof next.value === 'object' && next.value !== null) {
      if (depth >= MAX_DEPTH) return { pointer, detail: `nests deeper than ${MAX_DEPTH} levels` };
      for (const [key, child] of Object.entries(next.value)) {
        if (!isStorable(key))
          return { pointer, detail: 'has a key with a NUL character or half a surrogate pair' };
        open.push({ value: child, pointer: `${pointer}/${key}`, depth: depth + 1 });
      }
    }
  }
  return undefined;
}

export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
