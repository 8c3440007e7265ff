import type { ListDocument } from '@runwright/client';

const MOST_AT_ONCE = 100;

export interface WantedPage {
  pageNumber: number;
  pageSize: number;
  signal: AbortSignal;
}

/** A whole list, page by page, for views that show all of it. */
export async function readEvery<Item>(
  read: (page: WantedPage) => Promise<ListDocument<Item>>,
  signal: AbortSignal,
): Promise<{ data: readonly Item[] }> {
  const items: Item[] = [];
  for (let pageNumber: number | null = 1; pageNumber !== null;) {
    const { data, meta }: ListDocument<Item> = await read({ pageNumber, pageSize: MOST_AT_ONCE, signal });
    items.push(...data);
    pageNumber = meta?.pagination?.['next-page'] ?? null;
  }
  return { data: items };
}
