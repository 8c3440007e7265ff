/**
 * A query's parameter as PostgreSQL's text, by the rules of the `pg` driver: a value that works on one database works
 * on the other, and one that fails (an array for a jsonb column, for example) fails on both.
 */
export function encodeParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return encodeObject(value);
  if (typeof value === 'function' || typeof value === 'symbol') {
    throw new TypeError(`a ${typeof value} cannot be a query parameter`);
  }
  return String(value);
}

function encodeObject(value: object): string {
  if (value instanceof Date) return encodeDate(value);
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return encodeArray(value);
  return JSON.stringify(value);
}

/** The year 0 of ISO 8601 is PostgreSQL's year 1 BC; PostgreSQL writes years above 9999 without a sign. */
function encodeDate(value: Date): string {
  const year = value.getUTCFullYear();
  const rest = value.toISOString().replace(/^[+-]?\d+/, '');
  return year > 0
    ? `${String(year).padStart(4, '0')}${rest}`
    : `${String(1 - year).padStart(4, '0')}${rest} BC`;
}

function encodeArray(values: unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return encodeArray(value);
    const text = encodeParameter(value);
    return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}
