import type { RunVariable } from '@runwright/models';
import { usageError } from '../cli-error.ts';

/**
 * `name=value` as a run variable. The platform reads values as HCL, while people write text: a value that does not
 * look like an HCL literal (quoted, a number, true, false, null, a list or a map) is put into quotes.
 */
export function readVariable(text: string): RunVariable {
  const at = text.indexOf('=');
  if (at < 1) throw usageError(`--var ${JSON.stringify(text)} has no name`, 'write --var name=value');
  const value = text.slice(at + 1);
  return { key: text.slice(0, at).trim(), value: isHclLiteral(value) ? value : quote(value) };
}

function isHclLiteral(value: string): boolean {
  return /^\s*(".*"|\[.*\]|\{.*\}|-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|null)\s*$/s.test(value);
}

/** `${` and `%{` would otherwise begin a template. (In a replacement text `$$` means one `$`.) */
function quote(value: string): string {
  return JSON.stringify(value)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
}
