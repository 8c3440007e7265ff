import { randomBytes } from 'node:crypto';
import { harmlessText } from './untrusted-text.ts';

/**
 * Puts text of others between marks that nobody could have written into it (mcp §4.1.10): what stands between them is
 * data, whatever it says.
 */
export function fenced(text: string, maxLength: number): string {
  const mark = `data-${randomBytes(6).toString('hex')}`;
  return `<${mark}>\n${harmlessText(text, maxLength)}\n</${mark}>`;
}
