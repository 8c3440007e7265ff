import type { Diagnostic } from './diagnostic.ts';

/** The lines of a log: plain text with its colours, or the JSON that terraform writes for programs. */
export interface DiagnosticLine {
  level: 'error' | 'warn';
  text: string;
}
/** A line as it was written, or one of the several lines of a diagnostic. */
export type LogLine = string | DiagnosticLine;

export interface ShownLine {
  text: string;
  level: 'info' | 'warn' | 'error';
  /** ISO 8601, if the line has a time. */
  time: string | undefined;
}

interface Structured {
  '@level'?: string;
  '@message'?: string;
  '@timestamp'?: string;
}

const isStructured = (line: string): boolean =>
  line.startsWith('{"@level"') || line.startsWith('{"@message"');

function parse(line: string): Structured | undefined {
  if (!isStructured(line)) return undefined;
  try {
    return JSON.parse(line) as Structured;
  } catch {
    // The line only looks like JSON, or was cut off: it is shown as it is.
    return undefined;
  }
}

/** The shown lines of a diagnostic. */
export function linesOf({ severity, summary, detail, address, place, code }: Diagnostic): readonly LogLine[] {
  const level = severity === 'warning' ? 'warn' : 'error';
  const parts = [
    `${severity === 'warning' ? 'Warning' : 'Error'}: ${summary}`,
    ...(address === undefined ? [] : [`  with ${address}`]),
    ...(place === undefined ? [] : [`  on ${place}`]),
    ...(code === undefined ? [] : [`    ${code}`]),
    ...detail.split('\n').filter((line) => line !== ''),
  ];
  return parts.flatMap((part) => part.split('\n')).map((text) => ({ level, text }));
}

/** A line in its shown form. */
export function shownLine(line: LogLine): ShownLine {
  if (typeof line !== 'string') return { ...line, time: undefined };
  const structured = parse(line);
  if (structured === undefined) return { text: line, level: levelOfText(line), time: undefined };
  const level = structured['@level'];
  return {
    text: structured['@message'] ?? line,
    level: level === 'error' || level === 'warn' ? level : 'info',
    time: structured['@timestamp'],
  };
}

const levelOfText = (line: string): ShownLine['level'] => {
  if (/^(\x1b\[[\d;]*m|[│╷\s])*Error\b/.test(line)) return 'error';
  return /^(\x1b\[[\d;]*m|[│╷\s])*Warning\b/.test(line) ? 'warn' : 'info';
};

const MESSAGE = '"@message":"';

/** The text for a search: the same as the shown text, found without parsing the whole line. */
export function searchText(line: LogLine): string {
  if (typeof line !== 'string') return line.text;
  if (!isStructured(line)) return line;
  const from = line.indexOf(MESSAGE);
  if (from === -1) return line;
  const start = from + MESSAGE.length;
  let end = line.indexOf('"', start);
  while (end !== -1 && line[end - 1] === '\\') end = line.indexOf('"', end + 1);
  const quoted = line.slice(start, end === -1 ? undefined : end);
  return quoted.includes('\\') ? shownLine(line).text : quoted;
}

/** Whether a line reports a problem, for the filter. */
export const isProblem = (line: LogLine): boolean =>
  typeof line !== 'string' || shownLine(line).level !== 'info';
