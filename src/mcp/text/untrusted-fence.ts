import { randomBytes } from 'node:crypto';
import { harmlessText } from './untrusted-text.ts';

/** Puts foreign text between marks that its author could not guess (mcp §4.1.10): the text between them is data. */
export function fenced(text: string, maxLength: number): string {
  const mark = `data-${randomBytes(6).toString('hex')}`;
  return `<${mark}>\n${harmlessText(text, maxLength)}\n</${mark}>`;
}
