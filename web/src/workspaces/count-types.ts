import type { StateVersionAttributes } from '@runwright/client';

/** How many resources of each type terraform manages by these, the most first; what it only reads is not counted. */
export function countTypes(
  resources: NonNullable<StateVersionAttributes['resources']>,
): readonly (readonly [type: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { type, count } of resources) {
    if (!type.startsWith('data.')) counts.set(type, (counts.get(type) ?? 0) + count);
  }
  return [...counts].filter(([, count]) => count > 0).toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
