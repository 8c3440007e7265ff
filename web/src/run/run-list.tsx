import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { FilterToggle } from '../parts/filter-toggle.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { Refused } from '../parts/refused.tsx';
import { useSearchState } from '../place/use-search-state.ts';
import { useRowKeys } from '../keys/use-row-keys.ts';
import { RunBulkBar } from './run-bulk-bar.tsx';
import { RunRow } from './run-row.tsx';
import type { RunView } from './run-view.ts';
import { readMatchingRuns, useRunList, type RunListFilters } from './use-run-list.ts';
import { useDecision } from './use-decision.tsx';
import { useSettledRows } from './use-settled-rows.ts';
import classes from './run-list.module.css';

const R = words.page.runs;
const L = laterWords.page.runs;
const SETTLE_MS = 250;
/** In the page's address under the API's names. */
const FILTERS = [
  'search',
  'status',
  'status_group',
  'operation',
  'source',
  'timeframe',
  'user',
  'commit',
  'mine',
  'needs_confirmation',
] as const;
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
  const [selected, setSelected] = useState<ReadonlyMap<string, RunView>>(new Map());
  const decision = useDecision();
  const person = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLDivElement>(null);
  useRowKeys(box, '[data-link]');
  const userLater = useDebouncedCallback(
    (text: string) => setSearch({ user: text, page: undefined }),
    SETTLE_MS,
  );
  const isFiltered = FILTERS.some((name) => search[name] !== undefined);
  const toggle = (view: RunView): void => {
    const after = new Map(selected);
    if (!after.delete(view.run.id)) after.set(view.run.id, view);
    setSelected(after);
  };
  // Runs of this page as they are now, those of other pages as they were when they were chosen.
  const chosen = useMemo(() => {
    const shown = new Map(rows.map((view) => [view.run.id, view]));
    return [...selected].map(([id, view]) => shown.get(id) ?? view);
  }, [rows, selected]);
  const isWholePage = rows.every(({ run }) => selected.has(run.id));
  const isMore = list.data?.hasNext === true || Number(search['page'] ?? 1) > 1;
  const chooseMatching = useMutation({
    mutationFn: async () => await readMatchingRuns({ org, workspaceId }, { ...filters, page: undefined }),
    onSuccess: (views) => setSelected(byId(views)),
  });
  // What no longer matches must not stay chosen out of sight.
  const matching = JSON.stringify({ ...filters, page: undefined });
  useEffect(() => setSelected(new Map()), [matching]);
  const page = Number(search['page'] ?? 1) || 1;

  return (
    <div ref={box}>
      <FilterBar
        label={R.search}
        names={FILTERS}
        onClear={() => {
          if (person.current !== null) person.current.value = '';
        }}
      >
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
        <Filter name="timeframe" label={L.timeframe} options={timeframes()} />
        <TextInput
          ref={person}
          size="xs"
          className={classes['select'] ?? ''}
          placeholder={L.user}
          aria-label={L.user}
          defaultValue={search['user'] ?? ''}
          onChange={({ currentTarget }) => userLater(currentTarget.value)}
        />
        <FilterToggle name="mine" label={L.mine} />
        <FilterToggle name="needs_confirmation" label={R.needsConfirmation} />
      </FilterBar>
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
          <div className={classes['all']}>
            <Checkbox
              size="xs"
              label={R.selectAll}
              checked={isWholePage}
              indeterminate={chosen.length > 0 && !isWholePage}
              onChange={({ currentTarget }) => setSelected(byId(currentTarget.checked ? rows : []))}
            />
            {isMore && (
              <Button
                variant="subtle"
                size="compact-xs"
                loading={chooseMatching.isPending}
                onClick={() => chooseMatching.mutate()}
              >
                {isFiltered ? R.selectMatching : R.selectEvery}
              </Button>
            )}
          </div>
          <ul className={classes['list']}>
            {rows.map((view) => (
              <RunRow
                key={view.run.id}
                org={org}
                view={view}
                showsWorkspace={workspaceId === undefined}
                tools={decision.buttons(view)}
                selection={{ isSelected: selected.has(view.run.id), toggle: () => toggle(view) }}
              />
            ))}
          </ul>
        </Card>
      )}
      {workspaceId !== undefined && search['operation'] === undefined && (
        <p className={`muted ${classes['note'] ?? ''}`}>{L.planOnly}</p>
      )}
      {decision.dialog}
      <Refused error={chooseMatching.error} />
      <RunBulkBar
        chosen={chosen}
        keep={(ids) => setSelected(byId(chosen.filter(({ run }) => ids.has(run.id))))}
      />
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

const byId = (views: readonly RunView[]): ReadonlyMap<string, RunView> =>
  new Map(views.map((view) => [view.run.id, view]));

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

/** The last twelve months, and the years of this platform's lifetime that one may look back on. */
function timeframes(): { value: string; label: string }[] {
  const year = new Date().getFullYear();
  return [
    { value: 'year', label: L.lastYear },
    ...[year, year - 1, year - 2].map(String).map((value) => ({ value, label: value })),
  ];
}

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
