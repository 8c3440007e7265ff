import type { Action, Plan } from '../changes/plan.ts';

/** With more blocks than this, each module is drawn as one node, and then each type. */
const MOST_UNFOLDED = 40;

export interface GraphNode {
  /** The address of a block, or the name of a folded group. */
  id: string;
  kind: 'block' | 'folded';
  /** The number of changing resources by action; empty: the node is there only for its neighbours. */
  actions: ReadonlyMap<Action, number>;
  /** The number of blocks in the node. */
  blocks: number;
  dependsOn: readonly string[];
  neededBy: readonly string[];
}

interface Draft extends GraphNode {
  actions: Map<Action, number>;
  targets: Set<string>;
}

/**
 * The changing blocks, with the blocks that they depend on and those that depend on them, one step away.
 *
 * @param open groups that are not folded
 */
export function buildGraph({ changes, dependencies }: Plan, open: ReadonlySet<string>): readonly GraphNode[] {
  const changed = new Map<string, Map<Action, number>>();
  for (const { block, action } of changes) {
    const actions = changed.get(block) ?? new Map<Action, number>();
    actions.set(action, (actions.get(action) ?? 0) + 1);
    changed.set(block, actions);
  }
  const edges = [...dependencies].flatMap(([from, targets]) =>
    targets.filter((to) => changed.has(from) || changed.has(to)).map((to) => [from, to] as const),
  );
  const blocks = new Set([...changed.keys(), ...edges.flat()]);
  const fold = foldsOf(blocks, open);

  const drafts = new Map<string, Draft>();
  for (const block of blocks) {
    const id = fold(block);
    const draft = drafts.get(id) ?? newDraft(id, id === block ? 'block' : 'folded');
    draft.blocks += 1;
    for (const [action, count] of changed.get(block) ?? [])
      draft.actions.set(action, (draft.actions.get(action) ?? 0) + count);
    drafts.set(id, draft);
  }
  for (const [from, to] of edges) {
    const [one, other] = [fold(from), fold(to)];
    if (one !== other) drafts.get(one)?.targets.add(other);
  }
  leaveOutDetours(drafts);
  const nodes = [...drafts.values()];
  return nodes.map(({ targets, ...node }) => ({
    ...node,
    dependsOn: [...targets],
    neededBy: nodes.filter((other) => other.targets.has(node.id)).map(({ id }) => id),
  }));
}

const newDraft = (id: string, kind: GraphNode['kind']): Draft & { blocks: number } => ({
  id,
  kind,
  actions: new Map(),
  blocks: 0,
  dependsOn: [],
  neededBy: [],
  targets: new Set(),
});

/** The node of each block: itself, or its outermost module or its type where there are too many. */
function foldsOf(blocks: ReadonlySet<string>, open: ReadonlySet<string>): (block: string) => string {
  if (blocks.size <= MOST_UNFOLDED) return (block) => block;
  const inRoot = [...blocks].filter((block) => moduleOf(block) === undefined).length;
  return (block) => {
    const module = moduleOf(block);
    const fold = module ?? (inRoot > MOST_UNFOLDED ? `${typeOf(block)}.*` : block);
    return open.has(fold) ? block : fold;
  };
}

const moduleOf = (block: string): string | undefined => /^module\.[^.]+/.exec(block)?.[0];
const typeOf = (block: string): string =>
  block
    .split('.')
    .slice(0, block.startsWith('data.') ? 2 : 1)
    .join('.');

/** Leaves out an arrow to a target that other arrows lead to; everything stays reachable. */
function leaveOutDetours(drafts: ReadonlyMap<string, Draft>): void {
  for (const draft of drafts.values()) {
    for (const target of draft.targets) {
      const others = [...draft.targets].filter((other) => other !== target);
      if (leadsTo(target, others, draft.id, drafts)) draft.targets.delete(target);
    }
  }
}

/** @param without is not passed through: folded modules may make cycles */
function leadsTo(
  wanted: string,
  from: readonly string[],
  without: string,
  drafts: ReadonlyMap<string, Draft>,
): boolean {
  const seen = new Set([without]);
  const ahead = [...from];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    if (next === wanted) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    ahead.push(...(drafts.get(next)?.targets ?? []));
  }
  return false;
}
