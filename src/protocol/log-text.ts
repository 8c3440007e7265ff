/**
 * The platform's own error in a run's log: for structured output a complete diagnostic object, as the terraform CLI
 * draws it (api-contract §4.4), else text in terraform's form.
 */
export function formatError(structured: boolean, summary: string, detail: string): string {
  return formatDiagnostic(structured, 'error', summary, detail);
}

/** A warning in the same form: it does not stop the run. */
export function formatWarning(structured: boolean, summary: string, detail: string): string {
  return formatDiagnostic(structured, 'warning', summary, detail);
}

function formatDiagnostic(
  structured: boolean,
  severity: 'error' | 'warning',
  summary: string,
  detail: string,
): string {
  const title = severity === 'error' ? 'Error' : 'Warning';
  if (!structured) return `\n${title}: ${summary}\n\n${detail === '' ? '' : `${detail}\n`}`;
  const line = {
    '@level': severity === 'error' ? 'error' : 'warn',
    '@message': `${title}: ${summary}`,
    '@module': 'runwright',
    '@timestamp': new Date().toISOString(),
    diagnostic: { severity, summary, detail },
    type: 'diagnostic',
  };
  return `${JSON.stringify(line)}\n`;
}

/** The first three lines of every log; the terraform CLI drops the first three lines of an apply's log. */
export function formatHeader(
  engine: { product: string; version: string; platform: string } | undefined,
): string {
  const [first, second] = engine
    ? [`${engine.product} v${engine.version}`, `on ${engine.platform}`]
    : ['Runwright', 'no engine was started'];
  return `${first}\n${second}\nInitializing plugins and modules...\n`;
}
