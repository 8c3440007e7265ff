import type { Capacity } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Duration } from '../parts/time.tsx';
import { DriftedList } from '../workspaces/drifted-list.tsx';
import { usePlace } from '../place/use-place.ts';
import { RunRow } from '../run/run-row.tsx';
import type { RunView } from '../run/run-view.ts';
import { RUNNING_STATUSES, WAITING_STATUSES } from '../status/status.ts';
import { useDecision } from '../run/use-decision.tsx';
import { useRunList } from '../run/use-run-list.ts';
import { client } from '../session/client.ts';
import { useTitle } from '../shell/use-title.ts';
import { FirstSteps } from './first-steps.tsx';
import list from '../run/run-list.module.css';
import classes from './inbox.module.css';

const I = laterWords.page.inbox;
const DAY_MS = 86_400_000;
/** Waits for a runner change with each run; runners that come or go cause no event. */
const LOOK_EVERY_MS = 15_000;
const MOST_DRIFTED = 50;
/** The tab with the failed check, by the status of a run that waits for somebody to override it. */
const TAB_OF_GATE: Readonly<Record<string, 'policy' | 'tasks'>> = {
  policy_override: 'policy',
  pre_plan_awaiting_decision: 'tasks',
  post_plan_awaiting_decision: 'tasks',
};

/** Runs that need a person, runs in progress, and failed runs. */
export function InboxPage() {
  const { org } = usePlace();
  useTitle(I.title, org);
  const waiting = useRunList({ org }, { status: WAITING_STATUSES.join(',') }, 50);
  const saved = useRunList({ org }, { status: 'planned_and_saved' }, 20);
  const running = useRunList({ org }, { status: RUNNING_STATUSES.join(',') }, 50);
  const failed = useRunList({ org }, { status: 'errored' }, 20);
  const decision = useDecision();
  const capacity = useQuery({
    queryKey: ['capacity', org],
    queryFn: ({ signal }) => client.organizations.capacity(org, { signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const drifted = useQuery({
    queryKey: ['workspaces', org, 'drifted'],
    queryFn: ({ signal }) => client.workspaces.list(org, { drifted: true, pageSize: MOST_DRIFTED, signal }),
    refetchInterval: LOOK_EVERY_MS,
  });
  const tools = (view: RunView): ReactNode => (
    <>
      <GateLink org={org} view={view} />
      {decision.buttons(view)}
    </>
  );
  const needed = [...(waiting.data?.views ?? []), ...(saved.data?.views ?? [])].filter(isDecision);
  const recent = failed.data?.views.filter(
    ({ run }) => Date.now() - Date.parse(run.attributes['created-at'] ?? '') < DAY_MS,
  );
  // A run that rests after its checks has the status of the last one.
  const moving = running.data?.views.filter(({ run }) => run.attributes.actions?.['is-confirmable'] !== true);
  if (waiting.isPending) return <Loading />;
  if (waiting.isError) return <Failed error={waiting.error} retry={() => void waiting.refetch()} />;
  return (
    <>
      <PageHead title={I.title}>
        {capacity.data !== undefined && <QueueHealth {...capacity.data.attributes} />}
      </PageHead>
      {decision.dialog}
      <div className="stack">
        <FirstSteps org={org} />
        <Runs org={org} title={I.needsYou} views={needed} none={I.needsNothing} tools={tools} />
        <DriftedList org={org} workspaces={drifted.data?.data ?? []} />
        <Runs org={org} title={I.running} views={moving} none={I.runningNothing} />
        <Runs org={org} title={I.failed} views={recent} none={I.failedNothing} />
      </div>
    </>
  );
}

/** A run that waits for a decision which this user may make. */
const isDecision = ({ run: { attributes: a } }: RunView): boolean =>
  (a.actions?.['is-confirmable'] === true && a.permissions?.['can-apply'] === true) ||
  (TAB_OF_GATE[a.status] !== undefined && a.permissions?.['can-override-policy-check'] === true);

/** Leads to the check that somebody may override, and to its reasons. */
function GateLink({ org, view: { run, status, workspaceName = '-' } }: { org: string; view: RunView }) {
  const tab = TAB_OF_GATE[status];
  if (tab === undefined) return null;
  return (
    <Link
      to="/$org/workspaces/$workspace/runs/$run"
      params={{ org, workspace: workspaceName, run: run.id }}
      search={{ tab }}
      className={classes['gate']}
    >
      {tab === 'policy' ? I.policies : I.tasks}
    </Link>
  );
}

/** Whether runs make progress: how many wait and since when, how many have a runner, and how many runners there are. */
function QueueHealth({ pending, running, runners, 'oldest-queued-at': oldest }: Capacity['attributes']) {
  const isStuck = runners === 0;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [I.waiting, pending],
    ...(oldest === undefined || oldest === null
      ? []
      : [[I.oldest, <Duration key="oldest" from={oldest} />] as const]),
    [I.working, running],
    ...(runners === undefined ? [] : [[I.runners, runners] as const]),
  ];
  return (
    <dl className={classes['health']} data-stuck={isStuck || undefined}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      {isStuck && (
        <div className={classes['stuck']}>
          <Icon name="warning" size={14} />
          {I.noRunner}
        </div>
      )}
    </dl>
  );
}

function Runs({
  org,
  title,
  views,
  none,
  tools,
}: {
  org: string;
  title: string;
  views: readonly RunView[] | undefined;
  none: string;
  tools?: (view: RunView) => ReactNode;
}) {
  return (
    <Card title={title} aside={<span className="muted">{views?.length ?? ''}</span>} flush>
      {views === undefined || views.length === 0 ? (
        <p className={classes['none']}>{none}</p>
      ) : (
        <ul className={list['list']}>
          {views.map((view) => (
            <RunRow key={view.run.id} org={org} view={view} showsWorkspace tools={tools?.(view)} />
          ))}
        </ul>
      )}
    </Card>
  );
}
