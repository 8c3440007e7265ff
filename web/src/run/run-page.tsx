import { useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { words } from '../words/words.ts';
import { ApprovalsPanel } from '../gates/approvals-panel.tsx';
import { pathInConfiguration } from '../files/path-in-configuration.ts';
import { readLineLink } from '../log/line-link.ts';
import { useLog } from '../log/use-log.ts';
import { Failed, Loading } from '../parts/page-state.tsx';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { useKeys } from '../keys/use-keys.ts';
import { ActionBar } from './action-bar.tsx';
import { Announcer } from './announcer.tsx';
import { Diagnostics } from './diagnostics.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunHead } from './run-head.tsx';
import { RunTabs, tabsOf, type RunTab } from './run-tabs.tsx';
import { StageRail } from './stage-rail.tsx';
import { isOver, shownStatus } from '../status/status.ts';
import { useFavicon } from './use-favicon.ts';
import { useRun } from './use-run.ts';
import { WaitReason } from './wait-reason.tsx';
import type { RunView } from './run-view.ts';
import classes from './run.module.css';

const Comments = lazy(async () => ({ default: (await import('../comments/comments.tsx')).Comments }));

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
  useFavicon(shownStatus(run), view.workspaceName ?? '');

  const linked = readLineLink(hash);
  const tab =
    tabsOf(view).find((each) => each === search['tab']) ?? (linked !== undefined ? 'log' : defaultTab(view));
  const open = (next: RunTab): void => setSearch({ tab: next }, { push: true });
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
          <Diagnostics
            log={hasApply ? applyLog : planLog}
            status={status}
            openFile={(file, line) =>
              setSearch(
                {
                  tab: 'configuration',
                  file: pathInConfiguration(view.workingDirectory, file),
                  line: line?.toString(),
                },
                { push: true },
              )
            }
          />
          <RunTabs
            view={view}
            tab={tab}
            open={open}
            planLog={planLog}
            applyLog={applyLog}
            hasApply={hasApply}
          />
        </div>
        <aside className="stack" aria-label={words.run.facts.title}>
          {plan?.attributes.status === 'finished' && <ApprovalsPanel runId={run.id} />}
          <RunFacts view={view} />
          <Suspense>
            <Comments run={view.run} />
          </Suspense>
        </aside>
      </div>
      <ActionBar view={view} />
    </div>
  );
}

const isPhaseOver = (status: string | undefined): boolean =>
  ['finished', 'errored', 'canceled', 'unreachable'].includes(status ?? '');

/** The first tab: a pending decision on policies, else the changes once there are some, else the log. */
function defaultTab({ plan, status }: RunView): RunTab {
  if (status === 'policy_override') return 'policy';
  if (status === 'applying') return 'changes';
  return plan?.attributes.status === 'finished' ? 'changes' : 'log';
}
