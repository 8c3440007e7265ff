const VERSION = String.raw`v?\d{1,5}\.\d{1,5}\.\d{1,5}(-[0-9A-Za-z.-]{1,40})?`;
const PART = new RegExp(String.raw`^\s*(=|!=|>=|<=|>|<|~>)?\s*(${VERSION}|\d{1,5}(\.\d{1,5})?)\s*$`);

/** Whether a text requests an engine version: exact, a constraint list (`>= 1.6.0, < 1.9.0`), or `latest`. */
export function isVersionRequest(text: string): boolean {
  return text === 'latest' || text.split(',').every((part) => PART.test(part));
}

/** Whether it names one version only. */
export const isExactVersion = (text: string): boolean => new RegExp(`^${VERSION}$`).test(text);
