import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { client } from '../session/client.ts';
import { useRunList } from '../run/use-run-list.ts';
import { Snippet } from './snippet.tsx';
import classes from './inbox.module.css';

const F = laterWords.page.firstSteps;

/** The steps to the first run; a step is ticked when any program has done it. Hidden after the first apply. */
export function FirstSteps({ org }: { org: string }) {
  const applied = useRunList({ org }, { status: 'applied' }, 1);
  const isNew = applied.data?.views.length === 0;
  const runs = useRunList(
    { org },
    { operation: 'plan_only,plan_and_apply,save_plan,refresh_only,destroy' },
    1,
  );
  const workspaces = useQuery({
    queryKey: ['workspaces', org, 'first'],
    queryFn: ({ signal }) => client.workspaces.list(org, { pageSize: 1, signal }),
    refetchInterval: isNew ? 3_000 : false,
    enabled: isNew,
  });
  if (!isNew) return null;
  const workspace = workspaces.data?.data[0]?.attributes.name;
  const hasRun = (runs.data?.views.length ?? 0) > 0;
  return (
    <Card title={F.title}>
      <ol className={classes['steps']}>
        <Step number={1} isDone>
          <b>{F.organization}</b>
        </Step>
        <Step number={2} isDone={workspace !== undefined}>
          <b>{F.workspace}</b>{' '}
          {workspace === undefined && (
            <Link to="/$org/workspaces" params={{ org }}>
              {laterWords.page.workspaces.create}
            </Link>
          )}
          <p className="muted">{F.workspaceText}</p>
        </Step>
        <Step number={3} isDone={hasRun}>
          <b>{F.connect}</b>
          <p className="muted">{F.connectText}</p>
          <Snippet org={org} workspace={workspace ?? 'network'} />
        </Step>
        <Step number={4} isDone={false}>
          <b>{F.apply}</b>
          <p className="muted">{F.applyText}</p>
        </Step>
      </ol>
    </Card>
  );
}

function Step({ number, isDone, children }: { number: number; isDone: boolean; children: React.ReactNode }) {
  return (
    <li>
      <span className={classes['tick']} data-done={isDone}>
        {isDone ? <Icon name="check" size={14} label={F.done} /> : number}
      </span>
      <div>{children}</div>
    </li>
  );
}
