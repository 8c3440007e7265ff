/** One page of a list, with what is needed to read on. */
export interface ItemPage<Item> {
  readonly items: readonly Item[];
  /** null or undefined: there is no next page. */
  readonly nextPage: number | null | undefined;
}

/**
 * Every item of a list, page after page. It ends with the list, and also when a server names no later page as the
 * next one, or sends an empty page: otherwise it would never end.
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
