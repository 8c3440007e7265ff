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
