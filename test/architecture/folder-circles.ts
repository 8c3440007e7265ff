/** Imports between folders: folder → the folders that its modules import, each with one such import as an example. */
export type FolderGraph = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function folderGraph(
  modules: readonly { source: string; dependencies: readonly { resolved: string }[] }[],
  folderOf: (module: string) => string | undefined,
): FolderGraph {
  const graph = new Map<string, Map<string, string>>();
  for (const { source, dependencies } of modules) {
    for (const { resolved } of dependencies) {
      const [from, to] = [folderOf(source), folderOf(resolved)];
      if (from === undefined || to === undefined || from === to) continue;
      const needs = graph.get(from) ?? new Map<string, string>();
      if (!needs.has(to)) needs.set(to, `${source} → ${resolved}`);
      graph.set(from, needs);
    }
  }
  return graph;
}

/** The imports along each circle: one circle for each folder that can reach itself. */
export function findCircles(graph: FolderGraph): string[][] {
  const circles: string[][] = [];
  const free = new Set<string>();
  const visit = (folder: string, way: readonly string[], imports: readonly string[]): void => {
    const at = way.indexOf(folder);
    if (at >= 0) {
      circles.push(imports.slice(at));
      return;
    }
    if (free.has(folder)) return;
    for (const [next, example] of graph.get(folder) ?? [])
      visit(next, [...way, folder], [...imports, example]);
    free.add(folder);
  };
  for (const folder of graph.keys()) visit(folder, [], []);
  return circles;
}
