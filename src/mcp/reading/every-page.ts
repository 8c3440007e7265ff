import type { ListDocument, Resource } from '@runwright/client';

export interface ReadPages<R> {
  readonly data: readonly R[];
  /** The number of rows that were not read; 0 where the server does not count. */
  readonly beyond: number;
}

/** The rows of a list, page after page, up to a number of pages. */
export async function everyPage<R extends Resource<unknown>>(
  maxPages: number,
  read: (pageNumber: number) => Promise<ListDocument<R>>,
): Promise<ReadPages<R>> {
  const data: R[] = [];
  const seen = new Set<string>();
  let total = 0;
  for (let pageNumber = 1; pageNumber <= maxPages; pageNumber += 1) {
    const page = await read(pageNumber);
    const pagination = page.meta?.pagination;
    // A server without further pages may send the same page again.
    data.push(...page.data.filter(({ id }) => !seen.has(id)));
    for (const { id } of page.data) seen.add(id);
    total = pagination?.['total-count'] ?? 0;
    if (pagination?.['next-page'] !== pageNumber + 1) break;
  }
  return { data, beyond: Math.max(0, total - data.length) };
}
