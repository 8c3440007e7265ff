/** Characters that the database cannot store: NUL, and unpaired surrogates. */
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** The text with a mark in place of each character that cannot be stored. */
export const storable = (text: string): string => text.replace(UNSTORABLE, '\uFFFD');

/** Whether a JSON value contains a text that cannot be stored. */
export function hasUnstorable(value: unknown): boolean {
  if (typeof value === 'string') return storable(value) !== value;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => hasUnstorable(key) || hasUnstorable(member));
}
