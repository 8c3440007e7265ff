import { printable } from '../terminal.ts';

/** Messages that repeat other lines, or are only for programs. An apply repeats the planned changes. */
const UNSHOWN: Readonly<Record<'plan' | 'apply', ReadonlySet<string>>> = {
  plan: new Set(['version', 'outputs', 'refresh_start', 'refresh_complete']),
  apply: new Set(['version', 'outputs', 'refresh_start', 'refresh_complete', 'planned_change']),
};

interface LogEntry {
  readonly type?: unknown;
  readonly '@message'?: unknown;
  readonly diagnostic?: unknown;
}

/**
 * One line of a run's log as a person reads it: the `@message` of terraform's JSON line with an error's details below
 * it, any other line unchanged (`api-contract §4.4`). Empty for lines that only programs need.
 */
export function readableLines(line: string, phase: 'plan' | 'apply'): string[] {
  const entry = parseEntry(line);
  if (entry === undefined) return [printable(line)];
  if (typeof entry.type === 'string' && UNSHOWN[phase].has(entry.type)) return [];
  const lines = String(entry['@message']).split('\n').map(printable);
  return entry.type === 'diagnostic' ? [...lines, ...detailsOf(entry.diagnostic)] : lines;
}

function parseEntry(line: string): LogEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line) as LogEntry;
    return typeof entry['@message'] === 'string' ? entry : undefined;
  } catch {
    return undefined;
  }
}

function detailsOf(diagnostic: unknown): string[] {
  if (typeof diagnostic !== 'object' || diagnostic === null) return [];
  const { detail, address, range } = diagnostic as Record<string, unknown>;
  const place = [placeOf(range), typeof address === 'string' ? address : ''].filter(Boolean).join(', ');
  const lines = typeof detail === 'string' && detail !== '' ? detail.split('\n') : [];
  return [...(place === '' ? [] : [`at ${place}`]), ...lines].map((text) => `  ${printable(text)}`);
}

function placeOf(range: unknown): string {
  const { filename, start } = (range ?? {}) as { filename?: unknown; start?: { line?: unknown } };
  if (typeof filename !== 'string') return '';
  return typeof start?.line === 'number' ? `${filename}:${String(start.line)}` : filename;
}

/** Cuts a stream of text into whole lines; the last one may lack its line break. */
export async function* linesOf(parts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let pending = '';
  for await (const part of parts) {
    const lines = (pending + part).split('\n');
    pending = lines.pop() ?? '';
    yield* lines;
  }
  if (pending !== '') yield pending;
}
