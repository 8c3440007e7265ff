import type { Diagnostic } from '../log/diagnostic.ts';
import { pathInConfiguration } from './path-in-configuration.ts';

/** What the log says of a place in a file of the configuration. */
export interface Problem {
  path: string;
  line: number | undefined;
  severity: Diagnostic['severity'];
  summary: string;
  detail: string;
}

/** Those that name a file, each once though a plan and its apply may both say it, by file and line, errors first. */
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
