import { appendFileSync } from 'node:fs';

/**
 * Who agreed to a guarded call. `client`: the client's own prompt, which this program cannot see. `page`: a person,
 * on a page of the server.
 */
export type ApprovedBy = 'person' | 'page' | 'confirmation_token' | 'client' | 'nobody (approval is off)';

/** One line for each guarded call (mcp §4.1.6), with everything that an auditor needs. */
export interface AuditLine {
  readonly time: string;
  readonly caller: string;
  readonly tool: string;
  /** `run run-…`. */
  readonly subject: string;
  /** Digest of the state and plan that were approved. */
  readonly digest: string;
  readonly approved_by: ApprovedBy | null;
  /** `asked`, `asked on a page`, `declined`, `refused`, `approved`, and after the last one `done` or `failed`. */
  readonly outcome: string;
}

export type Audit = (line: AuditLine) => void;

/** Writes lines of JSON to a stream and, when one is named, to a file. */
export function auditTo(write: (text: string) => void, file?: string): Audit {
  return (line) => {
    const text = `${JSON.stringify({ audit: line })}\n`;
    write(text);
    if (file !== undefined) appendFileSync(file, text, { mode: 0o600 });
  };
}
