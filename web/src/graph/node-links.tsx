import { Button } from '@mantine/core';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import classes from './graph.module.css';

/** The longest list of links that is shown. */
const MOST = 30;

interface Props {
  title: string;
  ids: readonly string[];
  choose: (id: string) => void;
}

export function NodeLinks({ title, ids, choose }: Props) {
  return (
    <p className={classes['links']}>
      <span className="muted">{title}:</span>
      {ids.length === 0 && <span className="muted">{laterWords.graph.nothing}</span>}
      {ids.slice(0, MOST).map((id) => (
        <Button key={id} variant="subtle" size="compact-xs" onClick={() => choose(id)}>
          <span className="mono foreign">{visibleText(id)}</span>
        </Button>
      ))}
      {ids.length > MOST && <span className="muted">{laterWords.graph.others(ids.length - MOST)}</span>}
    </p>
  );
}
