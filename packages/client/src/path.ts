/**
 * Builds a path below `/api/v2/` in which every inserted value is exactly one encoded segment, so that an id from a
 * model or a person can never reach another endpoint: `` path`runs/${runId}/actions/apply` ``.
 *
 * Throws RangeError for an empty segment, `.` and `..`, which URL parsers resolve even when percent-encoded.
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((built, part, index) => {
    const value = values[index - 1];
    return built + (value === undefined ? '' : encodeSegment(value)) + part;
  }, '');
}

function encodeSegment(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new RangeError(`${JSON.stringify(value)} cannot be part of an API path`);
  }
  return encodeURIComponent(value);
}
