/**
 * Run messages, comments and server words are written by anybody. They reach a model only cleaned and quoted, so that
 * they cannot pose as a line of ours (mcp §4.1.10).
 */

/** Without control, bidirectional and zero-width characters; line breaks become spaces; cut at `maxLength`. */
export function cleanText(text: string, maxLength = 500): string {
  const cleaned = text
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
  return cleaned.length > maxLength ? `${cleaned.slice(0, maxLength)}…` : cleaned;
}

/** {@link cleanText} as a JSON string. */
export function quoteText(text: string, maxLength?: number): string {
  return JSON.stringify(cleanText(text, maxLength));
}
