/**
 * Anybody can write run messages, comments and server texts. They reach a model only cleaned and quoted, so that they
 * cannot pose as a line of ours (mcp §4.1.10).
 */

/** Removes control, bidirectional and zero-width characters except line breaks and tabs; cuts at `maxLength`. */
export function harmlessText(text: string, maxLength: number): string {
  const harmless = text.replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, '');
  return harmless.length > maxLength ? `${harmless.slice(0, maxLength)}…` : harmless;
}

/** {@link harmlessText} on one line. */
export function cleanText(text: string, maxLength = 500): string {
  return harmlessText(text.replace(/\s+/gu, ' '), maxLength).trim();
}

/** {@link cleanText} as a JSON string. */
export function quoteText(text: string, maxLength?: number): string {
  return JSON.stringify(cleanText(text, maxLength));
}

/** A foreign value as JSON on one line, its text cleaned: for questions to people. */
export function quoteValue(value: unknown, maxLength = 300): string {
  return typeof value === 'string'
    ? quoteText(value, maxLength)
    : cleanText(JSON.stringify(value), maxLength);
}
