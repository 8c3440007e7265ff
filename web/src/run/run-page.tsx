import { Tabs } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { words } from '../words/words.ts';
import { Failed, Loading } from '../parts/page-state.tsx';
import { ChangesTab } from '../changes/changes-tab.tsx';
import { readLineLink } from '../log/line-link.ts';
import { useLog } from '../log/use-log.ts';
import { usePlace } from '../router/use-place.ts';
import { useSearchState } from '../router/use-search-state.ts';
import { useKeys } from '../shell/use-keys.ts';
import { ActionBar } from './action-bar.tsx';
import { Announcer } from './announcer.tsx';
import { Comments } from './comments.tsx';
import { EventsTab } from './events-tab.tsx';
import { LogTab } from './log-tab.tsx';
import { OutputsTab } from './outputs-tab.tsx';
import { ConfigurationTab } from './configuration-tab.tsx';
import { VariablesTab } from './variables-tab.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunHead } from './run-head.tsx';
import { StageRail } from './stage-rail.tsx';
import { isOver } from './status.ts';
import { useFavicon } from './use-favicon.ts';
import { useRun } from './use-run.ts';
import { WaitReason } from './wait-reason.tsx';
import { Diagnostics } from './diagnostics.tsx';
import type { RunView } from './run-view.ts';
import classes from './run.module.css';

const TABS = ['changes', 'log', 'outputs', 'configuration', 'variables', 'events'] as const;
type Tab = (typeof TABS)[number];

export function RunPage() {
  const { run: id } = usePlace();
  const { view, isLive, error, refetch } = useRun(id);
  if (view === undefined) return error === undefined ? <Loading /> : <Failed error={error} retry={refetch} />;
  return <LoadedRun key={id} view={view} isLive={isLive} />;
}

function LoadedRun({ view, isLive }: { view: RunView; isLive: boolean }) {
  const [search, setSearch] = useSearchState();
  const { hash } = useLocation();
  const { run, status, plan, apply } = view;
  const over = isOver(status);
  const planLog = useLog('plan', plan, isPhaseOver(plan?.attributes.status) || over);
  const hasApply = ['running', 'finished', 'errored', 'canceled'].includes(apply?.attributes.status ?? '');
  const applyLog = useLog(
    'apply',
    hasApply ? apply : undefined,
    isPhaseOver(apply?.attributes.status) || over,
  );
  useFavicon(status, view.workspaceName ?? '');

  const linked = readLineLink(hash);
  const tab =
    TABS.find((each) => each === search['tab']) ?? (linked !== undefined ? 'log' : defaultTab(view));
  const open = (next: Tab): void => setSearch({ tab: next }, { push: true });
  useKeys({ c: () => open('changes'), l: () => open('log'), e: () => open('events') });
  useEffect(() => {
    window.scrollTo({ top: 0 });
  }, [run.id]);

  return (
    <div className={classes['page']}>
      <RunHead view={view} isLive={isLive} />
      <Announcer view={view} />
      <div className={classes['columns']}>
        <div className={classes['side']}>
          <StageRail view={view} open={open} />
        </div>
        <div className={`${classes['center'] ?? ''} stack`}>
          <WaitReason view={view} />
          <Diagnostics log={hasApply ? applyLog : planLog} status={status} />
          <Tabs value={tab} onChange={(next) => next !== null && open(next as Tab)} keepMounted={false}>
            <Tabs.List aria-label={words.run.tabs.label} className={classes['tabs'] ?? ''}>
              {TABS.map((each) => (
                <Tabs.Tab key={each} value={each}>
                  {words.run.tabs[each]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            <Tabs.Panel value="changes" pt={14}>
              <ChangesTab
                runId={run.id}
                planStatus={plan?.attributes.status ?? 'pending'}
                progress={applyLog.store.progress}
              />
            </Tabs.Panel>
            <Tabs.Panel value="log" pt={14}>
              <LogTab view={view} planLog={planLog} applyLog={applyLog} hasApply={hasApply} />
            </Tabs.Panel>
            <Tabs.Panel value="outputs" pt={14}>
              <OutputsTab view={view} />
            </Tabs.Panel>
            <Tabs.Panel value="configuration" pt={14}>
              <ConfigurationTab view={view} />
            </Tabs.Panel>
            <Tabs.Panel value="variables" pt={14}>
              <VariablesTab view={view} />
            </Tabs.Panel>
            <Tabs.Panel value="events" pt={14}>
              <EventsTab runId={run.id} status={status} />
            </Tabs.Panel>
          </Tabs>
        </div>
        <aside className="stack" aria-label={words.run.facts.title}>
          <RunFacts view={view} />
          <Comments view={view} />
        </aside>
      </div>
      <ActionBar view={view} />
    </div>
  );
}

const isPhaseOver = (status: string | undefined): boolean =>
  ['finished', 'errored', 'canceled', 'unreachable'].includes(status ?? '');

/** What people come for: the changes once there are some to decide on, the log before and after a failure. */
function defaultTab({ plan, status }: RunView): Tab {
  if (status === 'applying') return 'changes';
  return plan?.attributes.status === 'finished' ? 'changes' : 'log';
}
