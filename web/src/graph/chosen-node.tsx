import { Button } from '@mantine/core';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import type { GraphNode } from './build-graph.ts';
import { NodeLinks } from './node-links.tsx';
import { nodeText } from './node-text.ts';
import classes from './graph.module.css';

interface Props {
  node: GraphNode;
  choose: (id: string) => void;
  unfold: (id: string) => void;
  showChanges: (block: string) => void;
}

/** The box that was chosen, and what it is connected with. */
export function ChosenNode({ node, choose, unfold, showChanges }: Props) {
  const name = visibleText(node.id);
  return (
    <section className={classes['chosen']} aria-label={laterWords.graph.chosen(name)} aria-live="polite">
      <p>
        <b className="mono foreign">{name}</b> <span className="muted">{nodeText(node)}</span>
      </p>
      <NodeLinks title={laterWords.graph.dependsOn} ids={node.dependsOn} choose={choose} />
      <NodeLinks title={laterWords.graph.neededBy} ids={node.neededBy} choose={choose} />
      <p className="row">
        {node.kind === 'folded' && (
          <Button size="compact-sm" variant="default" onClick={() => unfold(node.id)}>
            {laterWords.graph.unfold}
          </Button>
        )}
        {node.actions.size > 0 && (
          <Button size="compact-sm" variant="default" onClick={() => showChanges(node.id)}>
            {laterWords.graph.showChanges}
          </Button>
        )}
      </p>
    </section>
  );
}
