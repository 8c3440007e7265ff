import type { OpenAnswer } from '@runwright/client';
import { cleanLine, withoutEscapes } from './clean-line.ts';
import { LogErrors, type LogError } from './log-errors.ts';
import { LogLines } from './log-lines.ts';

/** A part of a log, in whole lines. */
export interface LogExcerpt {
  readonly text: string;
  /** Bytes of the log before and after which the text was read; read on at `nextCursor`. */
  readonly offset: number;
  readonly nextCursor: number;
  /** true: the log has its end mark, nothing will follow. */
  readonly isComplete: boolean;
  /** true: something between was left out. */
  readonly isTruncated: boolean;
}

const ETX = 0x03;
/** More than any excerpt needs. */
const TAIL_BYTES = 512 * 1024;

/** The last lines of a log that comes by. Holds no more than the end of it. */
export async function readTail(
  answer: OpenAnswer,
  lines: number,
  maxLength: number,
  offset = 0,
): Promise<LogExcerpt> {
  const kept: Uint8Array[] = [];
  let keptSize = 0;
  let size = 0;
  let last = 0;
  for await (const chunk of answer.chunks) {
    if (chunk.length === 0) continue;
    size += chunk.length;
    last = chunk.at(-1) ?? 0;
    kept.push(chunk);
    keptSize += chunk.length;
    for (let first = kept[0]; first !== undefined && keptSize - first.length >= TAIL_BYTES; first = kept[0]) {
      keptSize -= first.length;
      kept.shift();
    }
  }
  const tail = Buffer.concat(kept);
  const whole = tail.toString('utf8').split('\n');
  // The end of a line that began before is no line.
  if (size > tail.length) whole.shift();
  const wanted = lastFitting(whole.map(cleanLine), lines, maxLength);
  return {
    text: wanted.join('\n').trim(),
    offset,
    nextCursor: offset + size,
    isComplete: last === ETX,
    isTruncated: wanted.length < whole.length || size > tail.length,
  };
}

function lastFitting(lines: readonly string[], count: number, maxLength: number): string[] {
  const kept: string[] = [];
  let length = 0;
  for (const line of lines.toReversed()) {
    length += line.length + 1;
    if (kept.length >= count || length > maxLength) break;
    kept.push(line);
  }
  return kept.toReversed();
}

/** The lines that hold a text, the last ones when there are too many. */
export async function readMatching(
  answer: OpenAnswer,
  needle: string,
  lines: number,
  maxLength: number,
): Promise<LogExcerpt & { readonly matches: number }> {
  const found: string[] = [];
  const wanted = needle.toLowerCase();
  let matches = 0;
  const size = await eachLine(answer, (line) => {
    if (!line.toLowerCase().includes(wanted)) return;
    matches += 1;
    found.push(line);
    if (found.length > lines) found.shift();
  });
  const fitting = lastFitting(found, lines, maxLength);
  return {
    text: fitting.join('\n'),
    offset: 0,
    nextCursor: size.bytes,
    isComplete: size.isComplete,
    isTruncated: fitting.length < matches,
    matches,
  };
}

/** The errors of a log that comes by. */
export async function readErrors(
  answer: OpenAnswer,
): Promise<{ readonly errors: readonly LogError[]; readonly bytes: number; readonly isComplete: boolean }> {
  const errors = new LogErrors();
  const size = await eachLine(
    answer,
    (line) => {
      errors.push(line);
    },
    false,
  );
  return { errors: errors.end(), ...size };
}

async function eachLine(
  answer: OpenAnswer,
  take: (line: string) => void,
  isReadable = true,
): Promise<{ bytes: number; isComplete: boolean }> {
  const lines = new LogLines();
  let bytes = 0;
  let last = 0;
  const use = (line: string): void => {
    take(isReadable ? cleanLine(line) : withoutEscapes(line));
  };
  for await (const chunk of answer.chunks) {
    bytes += chunk.length;
    last = chunk.at(-1) ?? last;
    for (const line of lines.push(chunk)) use(line);
  }
  use(lines.end());
  return { bytes, isComplete: last === ETX };
}
