const MAX_TAG_FILTERS = 20;

export interface TagFilter {
  key: string;
  /** undefined: any value. */
  value: string | undefined;
}

/** `filter[tagged][0][key]=…&filter[tagged][0][value]=…` of a list with a loose query; without a value, any matches. */
export function readTagFilters(query: Record<string, unknown>): TagFilter[] {
  const filters = new Map<string, { key?: string; value?: string }>();
  for (const [name, given] of Object.entries(query)) {
    const [, index, part] = /^filter\[tagged\]\[(\d{1,3})\]\[(key|value)\]$/.exec(name) ?? [];
    if (index === undefined || typeof given !== 'string') continue;
    filters.set(index, { ...filters.get(index), [part === 'key' ? 'key' : 'value']: given });
  }
  return [...filters.values()]
    .slice(0, MAX_TAG_FILTERS)
    .flatMap(({ key, value }) =>
      key === undefined ? [] : [{ key, value: value === '' ? undefined : value }],
    );
}
