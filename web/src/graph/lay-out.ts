import type { GraphNode } from './build-graph.ts';

export interface Place {
  /** Counted from the left, in columns. */
  column: number;
  /** Counted from the top, in rows. */
  row: number;
}

/** The number of columns for unconnected nodes. */
const LOOSE_COLUMNS = 3;

/**
 * Places in columns: the dependencies of a node are to its left, except in cycles, and near its height. Unconnected
 * nodes are below, side by side.
 */
export function layOut(nodes: readonly GraphNode[]): ReadonlyMap<string, Place> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const columns = columnsOf(byId);
  const isLoose = ({ dependsOn, neededBy }: GraphNode): boolean => dependsOn.length + neededBy.length === 0;
  const places = new Map<string, Place>();
  const count = Math.max(0, ...columns.values()) + 1;
  let rows = 0;
  for (let column = 0; column < count; column += 1) {
    const heightOf = ({ dependsOn }: GraphNode): number => {
      const known = dependsOn.flatMap((id) => places.get(id)?.row ?? []);
      return known.length === 0 ? 0 : known.reduce((sum, row) => sum + row, 0) / known.length;
    };
    const inColumn = nodes.filter((node) => !isLoose(node) && columns.get(node.id) === column);
    inColumn
      .map((node) => ({ node, height: heightOf(node) }))
      .toSorted((a, b) => a.height - b.height || a.node.id.localeCompare(b.node.id))
      .forEach(({ node }, row) => places.set(node.id, { column, row }));
    rows = Math.max(rows, inColumn.length);
  }
  nodes
    .filter(isLoose)
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .forEach(({ id }, index) =>
      places.set(id, { column: index % LOOSE_COLUMNS, row: rows + Math.floor(index / LOOSE_COLUMNS) }),
    );
  return places;
}

/** One more than the rightmost dependency. An arrow back in a cycle does not count. */
function columnsOf(byId: ReadonlyMap<string, GraphNode>): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  const entered = new Set<string>();
  for (const start of byId.keys()) {
    const way = [start];
    while (way.length > 0) {
      const id = way.at(-1) ?? start;
      entered.add(id);
      const targets = byId.get(id)?.dependsOn ?? [];
      const open = targets.find((target) => !entered.has(target) && byId.has(target));
      if (open !== undefined) {
        way.push(open);
        continue;
      }
      way.pop();
      columns.set(id, Math.max(-1, ...targets.map((target) => columns.get(target) ?? -1)) + 1);
    }
  }
  return columns;
}
