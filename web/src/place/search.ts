/** Keeps the parts of an address's query that a page knows, as text. Other parts are left out. */
export const textOnly =
  <const Names extends readonly string[]>(names: Names) =>
  (search: Record<string, unknown>): Partial<Record<Names[number], string>> => {
    const kept = names.flatMap((name) => {
      const value = search[name];
      const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isText && value !== '' ? [[name, String(value)] as const] : [];
    });
    return Object.fromEntries(kept) as Partial<Record<Names[number], string>>;
  };

/** An address's query as plain text, so that `?mine=true` and `?page=2` are what people and the API write. */
export const parseSearch = (query: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(query));

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).flatMap(([name, value]) =>
    typeof value === 'string' && value !== '' ? [[name, value]] : [],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}
