import { Select } from '@mantine/core';
import { laterWords } from '../words/later-words.ts';
import { useSearchState } from '../place/use-search-state.ts';
import classes from './workspaces.module.css';

const W = laterWords.page.workspaces;

interface Column {
  /** The API's word for its order, which is in the page's address. */
  sort: string;
  label: string;
  isNumber?: boolean;
  /** Its first press shows the newest or the most. */
  isNewestFirst?: boolean;
}

const COLUMNS: readonly Column[] = [
  { sort: 'name', label: W.name },
  { sort: 'current-run.created-at', label: W.run, isNewestFirst: true },
  { sort: 'resource-count', label: W.resources, isNumber: true, isNewestFirst: true },
  { sort: 'terraform-version', label: W.version },
  { sort: 'last-applied-at', label: W.applied, isNumber: true, isNewestFirst: true },
];

/** The heads of the columns; a press sorts by one, the next press in reverse. */
export function WorkspaceHeads() {
  const [search, setSearch] = useSearchState();
  const current = search['sort'] ?? 'name';
  return (
    <div className={classes['head']} role="row" aria-rowindex={1}>
      <span role="columnheader">
        <span className="sr-only">{W.chosen}</span>
      </span>
      {COLUMNS.map(({ sort, label, isNumber = false, isNewestFirst = false }) => {
        const direction = current === sort ? 'ascending' : current === `-${sort}` ? 'descending' : undefined;
        const isDown = direction === undefined ? isNewestFirst : direction === 'ascending';
        const next = isDown ? `-${sort}` : sort;
        return (
          <span
            key={sort}
            role="columnheader"
            {...(isNumber ? { className: classes['number'] } : {})}
            {...(direction === undefined ? {} : { 'aria-sort': direction })}
          >
            <button
              type="button"
              className={classes['sort']}
              onClick={() => setSearch({ sort: next === 'name' ? '' : next })}
            >
              {label}
              {direction !== undefined && (
                <span aria-hidden>{direction === 'ascending' ? '\u2191' : '\u2193'}</span>
              )}
            </button>
          </span>
        );
      })}
    </div>
  );
}

/** The same orders where there is no room for heads of columns. */
export function WorkspaceOrder() {
  const [search, setSearch] = useSearchState();
  const data = COLUMNS.map(({ sort, label, isNewestFirst = false }) => ({
    value: isNewestFirst ? `-${sort}` : sort,
    label: W.by(label),
  }));
  const value = search['sort'] ?? 'name';
  const isListed = data.some((each) => each.value === value);
  const column = value.replace(/^-/, '');
  const label = COLUMNS.find(({ sort }) => sort === column)?.label ?? column;
  return (
    <Select
      size="xs"
      className={classes['order'] ?? ''}
      aria-label={W.order}
      data={isListed ? data : [...data, { value, label: W.reversed(label) }]}
      value={value}
      allowDeselect={false}
      onChange={(next) => setSearch({ sort: next === null || next === 'name' ? '' : next })}
    />
  );
}
