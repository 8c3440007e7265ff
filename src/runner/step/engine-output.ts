/** Resource counts as the protocol names them. */
export interface Counts {
  additions: number;
  changes: number;
  destructions: number;
  imports: number;
}

/** Reads the counts and the first error from the output of a plan or apply; the server gets both besides the log. */
export interface EngineOutput {
  read(lines: Buffer): void;
  /** The changes of an apply; for one that broke off, the changes that it had completed. */
  counts(): Counts;
  /** Summary of the first error diagnostic. */
  firstError(): string | undefined;
}

interface UiLine {
  type?: string;
  changes?: { add?: number; change?: number; remove?: number; import?: number; operation?: string };
  hook?: { action?: string };
  diagnostic?: { severity?: string; summary?: string };
}

/** Terraform's JSON lines (`-json`); other lines are skipped. */
export function createStructuredOutput(): EngineOutput {
  const done: Counts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
  let summary: Counts | undefined;
  let firstError: string | undefined;

  function readLine({ type, changes, hook, diagnostic }: UiLine): void {
    if (type === 'change_summary' && changes) {
      const { add = 0, change = 0, remove = 0, import: imports = 0 } = changes;
      summary = { additions: add, changes: change, destructions: remove, imports };
    } else if (type === 'apply_complete') {
      if (hook?.action === 'create') done.additions++;
      if (hook?.action === 'update') done.changes++;
      if (hook?.action === 'delete') done.destructions++;
    } else if (type === 'diagnostic' && diagnostic?.severity === 'error') {
      firstError ??= diagnostic.summary;
    }
  }

  return {
    read(lines) {
      for (const line of lines.toString('utf8').split('\n')) {
        if (!/"type":"(change_summary|apply_complete|diagnostic)"/.test(line)) continue;
        const parsed = parseLine(line);
        if (parsed) readLine(parsed);
      }
    },
    counts: () => summary ?? done,
    firstError: () => firstError,
  };
}

function parseLine(line: string): UiLine | undefined {
  try {
    return JSON.parse(line) as UiLine;
  } catch {
    return undefined;
  }
}

export const COLOURS = /\u001b\[[0-9;]*m/g;
const SUMMARY =
  /^(?:Apply|Destroy) complete! Resources: (?:(\d+) imported, )?(?:(\d+) added, (\d+) changed, )?(\d+) destroyed/;

/** Terraform's text output. */
export function createTextOutput(): EngineOutput {
  const done: Counts = { additions: 0, changes: 0, destructions: 0, imports: 0 };
  let summary: Counts | undefined;
  let firstError: string | undefined;

  return {
    read(lines) {
      for (const line of lines.toString('utf8').replace(COLOURS, '').split('\n')) {
        const counted = SUMMARY.exec(line)
          ?.slice(1)
          .map((number) => Number(number ?? 0));
        if (counted) {
          const [imports = 0, additions = 0, changes = 0, destructions = 0] = counted;
          summary = { additions, changes, destructions, imports };
        } else if (/: Creation complete after /.test(line)) done.additions++;
        else if (/: Modifications complete after /.test(line)) done.changes++;
        else if (/: Destruction complete after /.test(line)) done.destructions++;
        firstError ??= /^[\u2502\s]*Error: (.+)$/.exec(line)?.[1];
      }
    },
    counts: () => summary ?? done,
    firstError: () => firstError,
  };
}
