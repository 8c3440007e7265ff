import { Button } from '@mantine/core';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import type { GraphNode } from './build-graph.ts';
import { NodeLinks } from './node-links.tsx';
import { nodeText } from './node-text.ts';
import classes from './graph.module.css';

interface Props {
  nodes: readonly GraphNode[];
  choose: (id: string) => void;
  unfold: (id: string) => void;
}

/** The picture in words. */
export function GraphList({ nodes, choose, unfold }: Props) {
  return (
    <ul className={classes['list']} aria-label={laterWords.graph.label}>
      {nodes.map((node) => (
        <li key={node.id}>
          <p>
            <b className="mono foreign">{visibleText(node.id)}</b>{' '}
            <span className="muted">{nodeText(node)}</span>{' '}
            {node.kind === 'folded' && (
              <Button variant="subtle" size="compact-xs" onClick={() => unfold(node.id)}>
                {laterWords.graph.unfold}
              </Button>
            )}
          </p>
          {node.dependsOn.length > 0 && (
            <NodeLinks title={laterWords.graph.dependsOn} ids={node.dependsOn} choose={choose} />
          )}
        </li>
      ))}
    </ul>
  );
}
