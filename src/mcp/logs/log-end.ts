import { cleanLine } from './clean-line.ts';

const NEW_LINE = 0x0a;

/** The end of a part of a log, cleaned for people. */
export interface LogEnd {
  readonly text: string;
  /** The byte of the log where the text begins. */
  readonly offset: number;
}

/**
 * The last lines of a part of a log that begins at byte `start`. Whole lines, unless the last one alone is longer
 * than `maxLength` characters or than the part: then its end, so that reading backwards always advances.
 */
export function endOf(part: Buffer, start: number, lines: number, maxLength: number): LogEnd {
  const kept: string[] = [];
  let from = part.length;
  let length = 0;
  let counted = 0;
  for (let end = part.length; end >= 0 && counted < lines;) {
    const begin = end === 0 ? 0 : part.lastIndexOf(NEW_LINE, end - 1) + 1;
    const isPartial = begin === 0 && start > 0;
    const line = cleanLine(part.toString('utf8', begin, end));
    length += line.length + 1;
    if (isPartial || length > maxLength) {
      if (counted > 0) break;
      from = firstCharacter(part, Math.max(begin, end - maxLength), end);
      kept.push(cleanLine(part.toString('utf8', from, end)));
      break;
    }
    kept.push(line);
    from = begin;
    // Nothing follows the last line end, unless text is written there.
    if (kept.length > 1 || line !== '') counted += 1;
    end = begin - 1;
  }
  return { text: kept.reverse().join('\n').replace(/^\n+/, '').trimEnd(), offset: start + from };
}

/** The first byte from `at` on that begins a UTF-8 character. */
export function firstCharacter(bytes: Buffer, at: number, end = bytes.length): number {
  let from = at;
  while (from < end && ((bytes[from] ?? 0) & 0xc0) === 0x80) from += 1;
  return from;
}
