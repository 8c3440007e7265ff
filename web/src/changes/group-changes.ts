import { words } from '../words/words.ts';
import type { Change } from './plan.ts';

export const GROUPINGS = ['action', 'module', 'type', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A row of the list: the name of a group, or a change. */
export type ListRow =
  | { kind: 'group'; key: string; name: string; count: number }
  | { kind: 'change'; key: string; change: Change };

export function groupChanges(
  changes: readonly Change[],
  grouping: Grouping,
  section: string,
): readonly ListRow[] {
  const row = (change: Change): ListRow => ({ kind: 'change', key: `${section}:${change.address}`, change });
  if (grouping === 'none') return changes.map(row);
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const name = groupOf(change, grouping);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [change]);
    else group.push(change);
  }
  const inOrder =
    grouping === 'action' ? [...groups] : [...groups].toSorted(([a], [b]) => a.localeCompare(b));
  return inOrder.flatMap(([name, group]) => [
    { kind: 'group', key: `${section}:group:${name}`, name, count: group.length } as const,
    ...group.map(row),
  ]);
}

function groupOf({ action, module, type }: Change, grouping: Exclude<Grouping, 'none'>): string {
  if (grouping === 'action') return words.change.action[action];
  if (grouping === 'type') return type;
  return module === '' ? words.change.root : module;
}
