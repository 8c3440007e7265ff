import { jsonLine } from './clean-line.ts';

/** An error of terraform. Providers and configurations write its texts, so they are data. */
export interface LogError {
  readonly summary: string;
  readonly detail: string;
  readonly address: string | null;
  /** `main.tf line 3`. */
  readonly place: string | null;
}

const MAX_ERRORS = 20;
const MAX_DETAIL = 1_500;
const ADDRESS = /^\s*with ((?:module\.|data\.)?[\w.[\]"-]+),?\s*$/;
const PLACE = /^\s*on (\S+ line \d+)/;

/** Collects the errors of a log line by line: errors in boxes, plain ones, and those in JSON logs. */
export class LogErrors {
  readonly found: LogError[] = [];
  /** The byte where each error begins, and finally that of the first one that was left out. */
  readonly starts: number[] = [];
  /** The number of errors, including those left out. */
  count = 0;
  private open: { summary: string; lines: string[]; isBoxed: boolean; start: number } | undefined;

  /**
   * @param raw the line without escapes and markers
   * @param start the byte where the line begins
   */
  push(raw: string, start = 0): void {
    const json = jsonLine(raw);
    if (json !== undefined) {
      if (json['@level'] === 'error') this.add(fromJson(json), start);
      return;
    }
    const isBoxed = /^[\u2502\u2577\u2575|]/.test(raw);
    const line = raw.replace(/^[\u2502\u2577\u2575|]\s?/, '');
    if (raw.startsWith('╵')) {
      this.close();
      return;
    }
    const title = /^\s*Error: (.*)$/.exec(line);
    if (title !== null) {
      this.close();
      this.open = { summary: title[1] ?? '', lines: [], isBoxed, start };
      return;
    }
    if (this.open === undefined) return;
    const isOver = this.open.isBoxed ? !isBoxed : this.open.lines.length > 40;
    if (isOver) this.close();
    else this.open.lines.push(line);
  }

  /** The errors, after the last line. */
  end(): readonly LogError[] {
    this.close();
    return this.found;
  }

  private close(): void {
    const block = this.open;
    this.open = undefined;
    if (block === undefined) return;
    const text = block.lines;
    const error = {
      summary: block.summary,
      detail: text
        .filter((line) => !ADDRESS.test(line) && !PLACE.test(line))
        .join('\n')
        .trim()
        .slice(0, MAX_DETAIL),
      address: firstMatch(text, ADDRESS) ?? blockIn(text.join('\n')),
      place: firstMatch(text, PLACE),
    };
    this.add(error, block.start);
  }

  private add(error: LogError, start: number): void {
    this.count += 1;
    if (this.starts.length <= MAX_ERRORS) this.starts.push(start);
    if (this.found.length < MAX_ERRORS) this.found.push(error);
  }
}

function firstMatch(lines: readonly string[], pattern: RegExp): string | null {
  for (const line of lines) {
    const found = pattern.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** The block of an error without an address, from its text. */
function blockIn(text: string): string | null {
  const [, kind, type, name] = /\b(resource|data) "([^"]+)" "([^"]+)"/.exec(text) ?? [];
  if (type === undefined || name === undefined) return null;
  return `${kind === 'data' ? 'data.' : ''}${type}.${name}`;
}

function fromJson(line: NonNullable<ReturnType<typeof jsonLine>>): LogError {
  const { diagnostic } = line;
  const range = diagnostic?.range;
  return {
    summary: diagnostic?.summary ?? (line['@message'] ?? '').replace(/^Error: /, ''),
    detail: (diagnostic?.detail ?? '').slice(0, MAX_DETAIL),
    address: diagnostic?.address ?? blockIn(diagnostic?.snippet?.context ?? ''),
    place:
      range?.filename === undefined ? null : `${range.filename} line ${String(range.start?.line ?? '?')}`,
  };
}
