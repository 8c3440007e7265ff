/** A problem and its place, from a structured log of terraform. */
export interface Diagnostic {
  severity: 'error' | 'warning';
  summary: string;
  detail: string;
  address: string | undefined;
  /** `main.tf line 3` */
  place: string | undefined;
  /** Relative to terraform's working directory. */
  file: string | undefined;
  line: number | undefined;
  code: string | undefined;
}

interface Written {
  type?: string;
  diagnostic?: {
    severity?: string;
    summary?: string;
    detail?: string;
    address?: string;
    range?: { filename?: string; start?: { line?: number } };
    snippet?: { code?: string; context?: string | null };
  };
}

/** The diagnostic in a line of a log, if it is one. */
export function readDiagnostic(line: string): Diagnostic | undefined {
  if (!line.startsWith('{') || !line.includes('"type":"diagnostic"')) return undefined;
  let written: Written;
  try {
    written = JSON.parse(line) as Written;
  } catch {
    // The line was cut off, and is shown as it is.
    return undefined;
  }
  const { severity, summary = '', detail = '', address, range, snippet } = written.diagnostic ?? {};
  if (severity === undefined) return undefined;
  const at = range?.start?.line;
  return {
    severity: severity === 'warning' ? 'warning' : 'error',
    summary,
    detail,
    address,
    place:
      range?.filename === undefined
        ? undefined
        : `${range.filename}${at === undefined ? '' : ` line ${String(at)}`}`,
    file: range?.filename,
    line: at,
    code: snippet?.code,
  };
}
