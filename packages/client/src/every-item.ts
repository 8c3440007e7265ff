/** One page of a list, as far as reading on needs it. */
export interface ItemPage<Item> {
  readonly items: readonly Item[];
  /** null or undefined: there is none. */
  readonly nextPage: number | null | undefined;
}

/**
 * Every item of a list, page after page. It ends with the list, and also where a server names no later page as the next
 * one, or has nothing on a page: it would go round for ever.
 */
export async function* everyItem<Item>(
  pageOf: (pageNumber: number) => Promise<ItemPage<Item>>,
): AsyncGenerator<Item, void, undefined> {
  for (let pageNumber = 1; ;) {
    const { items, nextPage } = await pageOf(pageNumber);
    yield* items;
    if (items.length === 0 || typeof nextPage !== 'number' || nextPage <= pageNumber) return;
    pageNumber = nextPage;
  }
}
