import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { ACTIONS, type Action } from '../changes/plan.ts';
import type { GraphNode } from './build-graph.ts';

/** The changes in a node, in words. */
export function nodeText({ actions, kind, blocks }: GraphNode): string {
  const parts = ACTIONS.flatMap((action) => {
    const count = actions.get(action);
    if (count === undefined) return [];
    const word = words.change.action[action];
    return [count === 1 ? word : `${word} ${count.toLocaleString('en')}`];
  });
  return [
    parts.length === 0 ? laterWords.graph.unchanged : parts.join(', '),
    ...(kind === 'folded' ? [laterWords.graph.folded(blocks)] : []),
  ].join(' · ');
}

/** The most dangerous action in the node. */
export const weightiest = ({ actions }: GraphNode): Action | undefined =>
  ACTIONS.find((action) => actions.has(action));
