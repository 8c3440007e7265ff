import { relatedId, type ResourceChange } from '@runwright/client';

type Changes = readonly [ResourceChange, ...ResourceChange[]];
const ORDER = { delete: 0, update: 1, create: 2 } as const;

/** Changes by state, in the given order; in each state removed resources come first, then by address. */
export function groupByVersion(changes: readonly ResourceChange[]): readonly Changes[] {
  const groups = new Map<string, [ResourceChange, ...ResourceChange[]]>();
  for (const change of changes) {
    const version = relatedId(change, 'state-version') ?? '';
    const group = groups.get(version);
    if (group === undefined) groups.set(version, [change]);
    else group.push(change);
  }
  return [...groups.values()].map(
    (group) =>
      group.toSorted(
        ({ attributes: a }, { attributes: b }) =>
          ORDER[a.action] - ORDER[b.action] || (a.address < b.address ? -1 : 1),
      ) as unknown as Changes,
  );
}
