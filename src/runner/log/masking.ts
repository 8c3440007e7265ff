export const MASK = '***';

/** Replaces secrets in a stream of bytes, whatever chunks they arrive in. */
export interface Masker {
  /** The bytes that are safe to pass on now; the start of a possible secret is held back. */
  write(chunk: Uint8Array): Buffer;
  /** What was held back. */
  end(): Buffer;
}

/** `patterns` as of {@link collectSecretPatterns}. Longer ones win where two start at the same place. */
export function createMasker(patterns: readonly string[]): Masker {
  // One char per byte, so that a chunk border inside a UTF-8 sequence needs no care.
  const needles = patterns.map((p) => Buffer.from(p).toString('latin1')).sort((a, b) => b.length - a.length);
  if (needles.length === 0) return { write: (chunk) => Buffer.from(chunk), end: () => Buffer.alloc(0) };
  const anyNeedle = new RegExp(needles.map((n) => n.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g');
  const longest = needles[0]?.length ?? 0;
  const firstChars = new Set(needles.map((needle) => needle[0]));
  let held = '';

  /** Where, at or after `from`, a needle starts that runs past the end of `text`. */
  function openStart(text: string, from: number): number {
    for (let start = Math.max(from, text.length - longest + 1); start < text.length; start++) {
      if (!firstChars.has(text[start])) continue;
      const tail = text.slice(start);
      if (needles.some((needle) => needle.length > tail.length && needle.startsWith(tail))) return start;
    }
    return text.length;
  }

  function mask(text: string, isLast: boolean): string {
    let out = '';
    let done = 0;
    let open = isLast ? text.length : openStart(text, 0);
    for (const match of text.matchAll(anyNeedle)) {
      // A longer secret may begin here, or before: decide when more has come.
      if (match.index >= open) break;
      out += text.slice(done, match.index) + MASK;
      done = match.index + match[0].length;
      if (done > open) open = openStart(text, done);
    }
    out += text.slice(done, open);
    held = text.slice(open);
    return out;
  }

  return {
    write: (chunk) => Buffer.from(mask(held + Buffer.from(chunk).toString('latin1'), false), 'latin1'),
    end: () => Buffer.from(mask(held, true), 'latin1'),
  };
}
