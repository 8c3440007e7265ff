import { Tabs } from '@mantine/core';
import { relatedId, relatedIds } from '@runwright/client';
import { lazy, Suspense } from 'react';
import { words } from '../words/words.ts';
import { ChangesTab } from '../changes/changes-tab.tsx';
import type { FollowedLog } from '../log/use-log.ts';
import { Loading } from '../parts/page-state.tsx';
import { LogTab } from './log-tab.tsx';
import type { RunView } from './run-view.ts';
import classes from './run.module.css';

// Common tabs are loaded with the page, the others on demand.
const GraphTab = lazy(async () => ({ default: (await import('../graph/graph-tab.tsx')).GraphTab }));
const CostTab = lazy(async () => ({ default: (await import('../gates/cost-tab.tsx')).CostTab }));
const PolicyTab = lazy(async () => ({ default: (await import('../gates/policy-tab.tsx')).PolicyTab }));
const TasksTab = lazy(async () => ({ default: (await import('../gates/tasks-tab.tsx')).TasksTab }));
const OutputsTab = lazy(async () => ({ default: (await import('./outputs-tab.tsx')).OutputsTab }));
const ConfigurationTab = lazy(async () => ({
  default: (await import('./configuration-tab.tsx')).ConfigurationTab,
}));
const VariablesTab = lazy(async () => ({ default: (await import('./variables-tab.tsx')).VariablesTab }));
const EventsTab = lazy(async () => ({ default: (await import('./events-tab.tsx')).EventsTab }));

const TABS = [
  'changes',
  'log',
  'graph',
  'cost',
  'policy',
  'tasks',
  'outputs',
  'configuration',
  'variables',
  'events',
] as const;
export type RunTab = (typeof TABS)[number];

/** The tabs of this run: not every run has an estimate, policies or run tasks. */
export function tabsOf({ run }: RunView): readonly RunTab[] {
  const isMissing: Partial<Record<RunTab, boolean>> = {
    cost: relatedId(run, 'cost-estimate') === undefined,
    policy: relatedIds(run, 'policy-checks').length === 0,
    tasks: relatedIds(run, 'task-stages').length === 0,
  };
  return TABS.filter((tab) => isMissing[tab] !== true);
}

interface Props {
  view: RunView;
  tab: RunTab;
  open: (tab: RunTab) => void;
  planLog: FollowedLog;
  applyLog: FollowedLog;
  hasApply: boolean;
}

export function RunTabs({ view, tab, open, ...logs }: Props) {
  return (
    <Tabs value={tab} onChange={(next) => next !== null && open(next as RunTab)} keepMounted={false}>
      <Tabs.List aria-label={words.run.tabs.label} className={classes['tabs'] ?? ''}>
        {tabsOf(view).map((each) => (
          <Tabs.Tab key={each} value={each}>
            {words.run.tabs[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} pt={14}>
        <Suspense fallback={<Loading />}>
          <Content tab={tab} view={view} {...logs} />
        </Suspense>
      </Tabs.Panel>
    </Tabs>
  );
}

function Content({ tab, view, planLog, applyLog, hasApply }: Omit<Props, 'open'>) {
  const { run, status, plan } = view;
  switch (tab) {
    case 'changes':
      return (
        <ChangesTab
          runId={run.id}
          planStatus={plan?.attributes.status ?? 'pending'}
          progress={applyLog.store.progress}
        />
      );
    case 'log':
      return <LogTab view={view} planLog={planLog} applyLog={applyLog} hasApply={hasApply} />;
    case 'graph':
      return <GraphTab runId={run.id} planStatus={plan?.attributes.status ?? 'pending'} />;
    case 'cost':
      return <CostTab runId={run.id} estimateId={relatedId(run, 'cost-estimate') ?? ''} />;
    case 'policy':
      return <PolicyTab runId={run.id} />;
    case 'tasks':
      return <TasksTab runId={run.id} />;
    case 'outputs':
      return <OutputsTab view={view} />;
    case 'configuration':
      return <ConfigurationTab view={view} logs={[planLog, applyLog]} />;
    case 'variables':
      return <VariablesTab view={view} />;
    case 'events':
      return <EventsTab runId={run.id} status={status} />;
  }
}
