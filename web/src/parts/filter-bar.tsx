import { Button, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useKeys } from '../keys/use-keys.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Icon } from './icon.tsx';
import classes from './filter-bar.module.css';

const SETTLE_MS = 250;

interface Props {
  /** What the search looks for. */
  label: string;
  /** The names of all filters in the page's address, `search` among them. */
  names: readonly string[];
  /** Empties the fields of filters that the address does not control. */
  onClear?: () => void;
  /** What is behind the filters, but no filter. */
  order?: ReactNode;
  /** Shown at every width. */
  end?: ReactNode;
  children: ReactNode;
}

/** The search and the filters of a list. On a phone the filters are behind one button, which says how many are set. */
export function FilterBar({ label, names, onClear, order, end, children }: Props) {
  const [search, setSearch] = useSearchState();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  const searchLater = useDebouncedCallback(
    (text: string) => setSearch({ search: text, page: '' }),
    SETTLE_MS,
  );
  const set = names.filter((name) => search[name] !== undefined);
  const count = set.filter((name) => name !== 'search').length;
  const clear = (): void => {
    if (input.current !== null) input.current.value = '';
    onClear?.();
    setSearch(Object.fromEntries([...names, 'page'].map((name) => [name, ''])));
  };
  return (
    <div className={`${classes['bar'] ?? ''} no-print`}>
      <TextInput
        ref={input}
        size="xs"
        className={classes['search'] ?? ''}
        leftSection={<Icon name="search" size={13} />}
        placeholder={label}
        aria-label={label}
        defaultValue={search['search'] ?? ''}
        onChange={({ currentTarget }) => searchLater(currentTarget.value)}
      />
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
        {set.length > 0 && (
          <Button variant="subtle" color="gray" onClick={clear}>
            {words.page.runs.clear}
          </Button>
        )}
        {order}
      </div>
      {end}
    </div>
  );
}
