import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { visibleText } from '../parts/visible-text.ts';
import classes from './bulk.module.css';

export interface Outcome {
  done: number;
  refused: readonly { id: string; name: string; why: string }[];
}

interface Props {
  /** The number of chosen rows, in words. */
  selected: string;
  outcome: Outcome | undefined;
  clear: () => void;
  /** The buttons, each with the number of rows that it may change. */
  children: ReactNode;
}

/** What can be done with the chosen rows of a list, and what has come of it, for each row that was refused. */
export function BulkBar({ selected, outcome, clear, children }: Props) {
  if (selected === '' && outcome === undefined) return null;
  const told = outcome === undefined ? '' : words.page.runs.bulkDone(outcome.done, outcome.refused.length);
  return (
    <div className={classes['bulk']} role="region" aria-label={selected || told}>
      {outcome !== undefined && outcome.refused.length > 0 && (
        <ul className={classes['refused']} tabIndex={0}>
          {outcome.refused.map(({ id, name, why }) => (
            <li key={id} className="foreign">
              <b>{visibleText(name)}</b> {visibleText(why)}
            </li>
          ))}
        </ul>
      )}
      <span role="status">{[selected, told].filter(Boolean).join(' · ')}</span>
      <span className={classes['buttons']}>
        {children}
        <Button variant="subtle" color="gray" onClick={clear}>
          {words.form.cancel}
        </Button>
      </span>
    </div>
  );
}
