import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import type { ResourceProgress } from '../log/resource-progress.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { useKeys } from '../keys/use-keys.ts';
import { ActionFilter } from './action-filter.tsx';
import { ChangeList } from './change-list.tsx';
import { Checks } from './checks.tsx';
import { GROUPINGS, groupChanges, type Grouping, type ListRow } from './group-changes.ts';
import { countActions, type Action, type Change } from './plan.ts';
import { RiskPanel } from './risk-panel.tsx';
import { planQuery } from './use-plan.ts';
import classes from './changes.module.css';

interface Props {
  runId: string;
  planStatus: string;
  progress: ReadonlyMap<string, ResourceProgress>;
}

/** The changes of a run, destructive ones first, each as a row that unfolds. */
export function ChangesTab({ runId, planStatus, progress }: Props) {
  const isPlanned = planStatus === 'finished';
  const plan = useQuery({ ...planQuery(runId), enabled: isPlanned });
  const [search, setSearch] = useSearchState();
  const [open, setOpen] = useState<ReadonlySet<string>>(
    () => new Set(search['at'] === undefined ? [] : [`change:${search['at']}`]),
  );
  const input = useRef<HTMLInputElement>(null);
  useKeys({ '/': () => input.current?.focus() });

  const only = useMemo(
    () => new Set((search['only'] ?? '').split(',').filter((word) => word !== '')),
    [search['only']],
  );
  const text = (search['q'] ?? '').toLowerCase();
  const grouping = GROUPINGS.find((each) => each === search['group']) ?? 'action';
  const { data } = plan;
  const shown = useMemo(() => {
    const matches = (change: Change): boolean =>
      (only.size === 0 || only.has(change.action)) && (text === '' || change.searched.includes(text));
    return data?.changes.filter(matches) ?? [];
  }, [data, only, text]);
  const rows = useMemo(() => groupChanges(shown, grouping, 'change'), [shown, grouping]);

  if (!isPlanned) {
    const hasFailed = ['errored', 'canceled', 'unreachable'].includes(planStatus);
    return (
      <Empty
        icon={hasFailed ? 'cross' : 'clock'}
        title={hasFailed ? words.change.failed : words.change.notYet}
      />
    );
  }
  if (plan.isPending) return <Loading />;
  if (plan.isError) return <Failed error={plan.error} retry={() => void plan.refetch()} />;
  if (data === null || data === undefined) return <Empty title={words.change.notStored} />;

  const toggleOpen = (key: string): void => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  };
  const toggleOnly = (action: Action): void => {
    const after = new Set(only);
    if (!after.delete(action)) after.add(action);
    setSearch({ only: [...after].join(',') });
  };
  const changeKeys = rows.flatMap((row) => (row.kind === 'change' ? [row.key] : []));
  const section = (changes: readonly Change[], name: string): readonly ListRow[] =>
    groupChanges(changes, 'none', name);
  const list = { open, toggle: toggleOpen, progress, at: search['at'] };
  return (
    <div className="stack">
      <RiskPanel runId={runId} />
      {data.changes.length === 0 ? (
        <Empty icon="check" title={words.change.none}>
          {words.change.noneText}
        </Empty>
      ) : (
        <section aria-label={words.run.tabs.changes} className={classes['section']}>
          <div className={classes['tools']}>
            <ActionFilter counts={countActions(data.changes)} only={only} toggle={toggleOnly} />
            <TextInput
              ref={input}
              size="xs"
              className={classes['search'] ?? ''}
              leftSection={<Icon name="search" size={13} />}
              placeholder={words.change.search}
              aria-label={words.change.search}
              defaultValue={search['q'] ?? ''}
              onChange={({ currentTarget }) => setSearch({ q: currentTarget.value })}
              onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
            />
            <SegmentedControl
              size="xs"
              aria-label={words.change.group}
              value={grouping}
              onChange={(value) => setSearch({ group: value === 'action' ? undefined : value })}
              data={GROUPINGS.map((value: Grouping) => ({ value, label: words.change.groups[value] }))}
            />
            <span className={classes['right']}>
              <span className="muted nowrap" role="status">
                {words.change.shown(shown.length, data.changes.length)}
              </span>
              <Button
                variant="subtle"
                color="gray"
                size="compact-xs"
                onClick={() => setOpen(new Set(open.size > 0 ? [] : changeKeys))}
              >
                {open.size > 0 ? words.change.collapseAll : words.change.expandAll}
              </Button>
            </span>
          </div>
          {rows.length === 0 ? (
            <Empty icon="search" title={words.change.noMatch} />
          ) : (
            <ChangeList rows={rows} {...list} />
          )}
        </section>
      )}
      {data.outputs.length > 0 && (
        <Section title={words.change.outputs}>
          <ChangeList rows={section(data.outputs, 'output')} {...list} />
        </Section>
      )}
      {data.drift.length > 0 && (
        <Section title={words.change.drift} text={words.change.driftText}>
          <ChangeList rows={section(data.drift, 'drift')} {...list} />
        </Section>
      )}
      <Checks checks={data.checks} />
    </div>
  );
}

function Section({ title, text, children }: { title: string; text?: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className={classes['section']}>
      <header className={classes['head']}>
        <h2>{title}</h2>
        {text !== undefined && <span className="muted">{text}</span>}
      </header>
      {children}
    </section>
  );
}
