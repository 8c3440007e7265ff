import type { OpenAnswer } from '@runwright/client';
import { cleanLine, withoutEscapes } from './clean-line.ts';
import { LogErrors, type LogError } from './log-errors.ts';
import { LogLines } from './log-lines.ts';
import { endOf } from './log-end.ts';

/** A part of a log, in whole lines. */
export interface LogExcerpt {
  readonly text: string;
  /** Bytes of the log where the text begins and ends; read on at `nextCursor`. */
  readonly offset: number;
  readonly nextCursor: number;
  /** true: the log has its end mark, so nothing will follow. */
  readonly isComplete: boolean;
  /** true: a part in the middle was left out. */
  readonly isTruncated: boolean;
}

const ETX = 0x03;
/** More than any excerpt needs. */
const TAIL_BYTES = 512 * 1024;

/** The last lines of a log stream. Only its end is held in memory. */
export async function readTail(answer: OpenAnswer, lines: number, maxLength: number): Promise<LogExcerpt> {
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
  const { text, offset } = endOf(Buffer.concat(kept), size - keptSize, lines, maxLength);
  return { text, offset, nextCursor: size, isComplete: last === ETX, isTruncated: offset > 0 };
}

export interface Match {
  readonly text: string;
  /** The byte where its line begins. */
  readonly start: number;
}

export interface Matches {
  readonly shown: readonly Match[];
  /** The number of matches, including those not shown. */
  readonly count: number;
  /** Where a forward search continues: at the first match that is not shown, or at the end of the log. */
  readonly nextCursor: number;
  readonly isComplete: boolean;
}

/**
 * The lines that contain a text: the first ones from byte `from` on, or without it the last ones that begin before
 * byte `before`. At least one if any matches.
 */
export async function readMatching(
  answer: OpenAnswer,
  needle: string,
  lines: number,
  maxLength: number,
  {
    from,
    before = Infinity,
  }: { readonly from?: number | undefined; readonly before?: number | undefined } = {},
): Promise<Matches> {
  const wanted = needle.toLowerCase();
  let shown: Match[] = [];
  let length = 0;
  let count = 0;
  let firstLeft: number | undefined;
  const size = await eachLine(answer, (line, start) => {
    if (start < (from ?? 0) || start >= before || !line.toLowerCase().includes(wanted)) return;
    count += 1;
    const text = line.slice(0, maxLength);
    length += text.length + 1;
    if (from === undefined) {
      shown.push({ text, start });
      while (shown.length > 1 && (shown.length > lines || length > maxLength)) {
        length -= (shown[0]?.text.length ?? 0) + 1;
        shown = shown.slice(1);
      }
    } else if (
      firstLeft === undefined &&
      shown.length < lines &&
      (shown.length === 0 || length <= maxLength)
    ) {
      shown.push({ text, start });
    } else firstLeft ??= start;
  });
  return { shown, count, nextCursor: firstLeft ?? size.bytes, isComplete: size.isComplete };
}

export interface FoundErrors {
  readonly errors: readonly LogError[];
  /** The byte where each error begins, and finally that of the first one that was left out. */
  readonly starts: readonly number[];
  /** The number of errors, including those left out. */
  readonly count: number;
  readonly bytes: number;
  readonly isComplete: boolean;
}

/** The first errors of a log stream, from byte `from` on. */
export async function readErrors(answer: OpenAnswer, from = 0): Promise<FoundErrors> {
  const errors = new LogErrors();
  const size = await eachLine(
    answer,
    (line, start) => {
      if (start >= from) errors.push(line, start);
    },
    false,
  );
  return { errors: errors.end(), starts: errors.starts, count: errors.count, ...size };
}

async function eachLine(
  answer: OpenAnswer,
  take: (line: string, start: number) => void,
  isReadable = true,
): Promise<{ bytes: number; isComplete: boolean }> {
  const lines = new LogLines();
  let bytes = 0;
  let last = 0;
  const use = (line: string): void => {
    take(isReadable ? cleanLine(line) : withoutEscapes(line), lines.start);
  };
  for await (const chunk of answer.chunks) {
    bytes += chunk.length;
    last = chunk.at(-1) ?? last;
    for (const line of lines.push(chunk)) use(line);
  }
  use(lines.end());
  return { bytes, isComplete: last === ETX };
}
