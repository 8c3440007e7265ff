import type { StateVersionAttributes } from '@runwright/client';

/** The number of managed resources of each type, the most frequent first; data sources are not counted. */
export function countTypes(
  resources: NonNullable<StateVersionAttributes['resources']>,
): readonly (readonly [type: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { type, count } of resources) {
    if (!type.startsWith('data.')) counts.set(type, (counts.get(type) ?? 0) + count);
  }
  return [...counts].filter(([, count]) => count > 0).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
