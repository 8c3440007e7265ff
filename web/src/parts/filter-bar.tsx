import { Button } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import classes from './filter-bar.module.css';

interface Props {
  search: ReactNode;
  /** How many filters beside the search are set. */
  count: number;
  /** Shown behind the filters at every width. */
  end?: ReactNode;
  children: ReactNode;
}

/** The search and the filters of a list. On a phone the filters are behind one button, which says how many are set. */
export function FilterBar({ search, count, end, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <div className={`${classes['bar'] ?? ''} no-print`}>
      {search}
      <Button
        className={classes['opener'] ?? ''}
        variant={count > 0 ? 'light' : 'default'}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        {laterWords.filters(count)}
      </Button>
      <div id={id} className={classes['filters']} data-open={isOpen || undefined}>
        {children}
      </div>
      {end}
    </div>
  );
}
