/** A list is sent comma-separated; undefined, empty text and empty lists are left out. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface PageRequest {
  /** From 1. */
  readonly pageNumber?: number | undefined;
  /** 1 to 100; servers use 20 by default. */
  readonly pageSize?: number | undefined;
}

export function pageQuery(page: PageRequest): Query {
  return { 'page[number]': page.pageNumber, 'page[size]': page.pageSize };
}

export function encodeQuery(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const text = typeof value === 'object' ? value.join(',') : String(value);
    if (text !== '') search.append(name, text);
  }
  return search.toString();
}
