import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMemo, useRef, useState } from 'react';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { useSearchState } from '../place/use-search-state.ts';
import { useKeys } from '../keys/use-keys.ts';
import { useRowKeys } from '../keys/use-row-keys.ts';
import { BulkBar } from './bulk-bar.tsx';
import { RunRow } from './run-row.tsx';
import { useRunList, type RunListFilters } from './use-run-list.ts';
import { useSettledRows } from './use-settled-rows.ts';
import classes from './run-list.module.css';

const R = words.page.runs;
const SETTLE_MS = 250;
const SOURCES = ['ui', 'api', 'cli', 'run_trigger', 'vcs'];

interface Props {
  org: string;
  workspaceId?: string;
  empty?: React.ReactNode;
}

/** Runs with their filters, which are in the page's address under the API's names. */
export function RunList({ org, workspaceId, empty }: Props) {
  const [search, setSearch] = useSearchState();
  const filters = search as RunListFilters;
  const list = useRunList({ org, workspaceId }, filters);
  const { rows, newer, showNewer } = useSettledRows(list.data?.views, JSON.stringify(filters));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const input = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useKeys({ '/': () => input.current?.focus() });
  useRowKeys(box, '[data-link]');
  const searchLater = useDebouncedCallback(
    (text: string) => setSearch({ search: text, page: undefined }),
    SETTLE_MS,
  );
  const isFiltered = ['search', 'status', 'status_group', 'operation', 'source', 'user', 'commit'].some(
    (name) => search[name] !== undefined,
  );
  const toggle = (id: string): void => {
    const after = new Set(selected);
    if (!after.delete(id)) after.add(id);
    setSelected(after);
  };
  const chosen = useMemo(() => rows.filter(({ run }) => selected.has(run.id)), [rows, selected]);
  const page = Number(search['page'] ?? 1) || 1;

  return (
    <div ref={box}>
      <div className={classes['tools']}>
        <TextInput
          ref={input}
          size="xs"
          className={classes['search'] ?? ''}
          leftSection={<Icon name="search" size={13} />}
          placeholder={R.search}
          aria-label={R.search}
          defaultValue={search['search'] ?? ''}
          onChange={({ currentTarget }) => searchLater(currentTarget.value)}
        />
        <Filter name="status" label={R.status} options={STATUS_OPTIONS} />
        <Filter name="operation" label={R.operation} options={OPERATION_OPTIONS} />
        <Filter
          name="source"
          label={R.source}
          options={SOURCES.map((value) => ({
            value,
            label: words.run.source[value] ?? value.replace('_', ' '),
          }))}
        />
        {isFiltered && (
          <Button
            variant="subtle"
            color="gray"
            onClick={() => {
              if (input.current !== null) input.current.value = '';
              setSearch({
                search: '',
                status: '',
                status_group: '',
                operation: '',
                source: '',
                user: '',
                commit: '',
                page: '',
              });
            }}
          >
            {R.clear}
          </Button>
        )}
      </div>
      {newer > 0 && (
        <div className={classes['newer']}>
          <Button variant="light" onClick={showNewer}>
            {R.newer(newer)}
          </Button>
        </div>
      )}
      {list.isPending ? (
        <Loading />
      ) : list.isError ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        isFiltered ? (
          <Empty icon="search" title={R.noMatch} />
        ) : (
          (empty ?? <Empty icon="play" title={R.none} />)
        )
      ) : (
        <Card flush>
          <Checkbox
            size="xs"
            className={classes['all'] ?? ''}
            label={R.selectAll}
            checked={chosen.length === rows.length}
            indeterminate={chosen.length > 0 && chosen.length < rows.length}
            onChange={({ currentTarget }) =>
              setSelected(new Set(currentTarget.checked ? rows.map(({ run }) => run.id) : []))
            }
          />
          <ul className={classes['list']}>
            {rows.map((view) => (
              <RunRow
                key={view.run.id}
                org={org}
                view={view}
                showsWorkspace={workspaceId === undefined}
                selection={{ isSelected: selected.has(view.run.id), toggle: () => toggle(view.run.id) }}
              />
            ))}
          </ul>
        </Card>
      )}
      {chosen.length > 0 && <BulkBar chosen={chosen} clear={() => setSelected(new Set())} />}
      {(page > 1 || list.data?.hasNext === true) && (
        <div className={classes['pager']}>
          <Button
            variant="default"
            disabled={page === 1}
            onClick={() => setSearch({ page: page === 2 ? '' : String(page - 1) }, { push: true })}
          >
            {R.newerPage}
          </Button>
          <Button
            variant="default"
            disabled={list.data?.hasNext !== true}
            onClick={() => setSearch({ page: String(page + 1) }, { push: true })}
          >
            {R.older}
          </Button>
        </div>
      )}
    </div>
  );
}

const STATUS_OPTIONS = [
  'pending',
  'planning',
  'planned',
  'policy_override',
  'planned_and_saved',
  'applying',
  'applied',
  'planned_and_finished',
  'errored',
  'discarded',
  'canceled',
].map((value) => ({ value, label: words.run.status[value] ?? value }));
const OPERATION_OPTIONS = Object.entries(words.run.operation).map(([value, label]) => ({ value, label }));

function Filter({
  name,
  label,
  options,
}: {
  name: string;
  label: string;
  options: { value: string; label: string }[];
}) {
  const [search, setSearch] = useSearchState();
  const value = search[name] ?? null;
  const isKnown = value === null || options.some((option) => option.value === value);
  return (
    <Select
      size="xs"
      className={classes['select'] ?? ''}
      aria-label={label}
      placeholder={label}
      data={isKnown || value === null ? options : [{ value, label: value }, ...options]}
      value={value}
      clearable
      clearButtonProps={{ 'aria-label': R.clear }}
      onChange={(next) => setSearch({ [name]: next ?? '', page: '' })}
    />
  );
}
