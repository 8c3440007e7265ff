import type { Diagnostic } from '../log/diagnostic.ts';
import { pathInConfiguration } from './path-in-configuration.ts';

/** A problem that the log reports for a place in a file of the configuration. */
export interface Problem {
  path: string;
  line: number | undefined;
  severity: Diagnostic['severity'];
  summary: string;
  detail: string;
}

/** Problems with a file, errors first, by file and line; one that both the plan and the apply report is listed once. */
export function problemsOf(diagnostics: readonly Diagnostic[], workingDirectory: string): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { file, line, severity, summary, detail } of diagnostics) {
    if (file === undefined) continue;
    const problem = { path: pathInConfiguration(workingDirectory, file), line, severity, summary, detail };
    problems.set(JSON.stringify(problem), problem);
  }
  return [...problems.values()].toSorted(
    (a, b) =>
      a.severity.localeCompare(b.severity) || a.path.localeCompare(b.path) || (a.line ?? 0) - (b.line ?? 0),
  );
}
