import { Link } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { DeltaStrip } from '../parts/delta-strip.tsx';
import { StatusChip } from '../status/status-chip.tsx';
import { Age, Duration } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { operationOf } from './operation.ts';
import { endOf } from './stages.ts';
import { isOver } from '../status/status.ts';
import type { RunView } from './run-view.ts';
import classes from './run.module.css';

/** Stays at the top: the name and the state of the run. */
export function RunHead({ view, isLive }: { view: RunView; isLive: boolean }) {
  const { org, workspace } = usePlace();
  const { run, status, message, counts } = view;
  const name = view.workspaceName ?? workspace;
  const operation = operationOf(run.attributes);
  const created = run.attributes['created-at'];
  return (
    <header className={classes['head']}>
      <nav aria-label={words.shell.workspaces} className={classes['crumbs']}>
        <Link to="/$org/workspaces/$workspace" params={{ org, workspace: name }} className="foreign">
          {name}
        </Link>
        <span aria-hidden>/</span>
        <Link to="/$org/workspaces/$workspace/runs" params={{ org, workspace: name }}>
          {words.page.runs.title}
        </Link>
        <span aria-hidden>/</span>
        <code>{run.id}</code>
        <CopyButton text={run.id} label={words.run.copyId} />
      </nav>
      <div className={classes['title']}>
        <h1 className="foreign">{visibleText(message)}</h1>
        <StatusChip run={run} />
        {operation !== 'plan_and_apply' && (
          <Badge tone={operation === 'destroy' ? 'bad' : 'neutral'}>{words.run.operation[operation]}</Badge>
        )}
        {counts !== undefined && <DeltaStrip counts={counts} />}
      </div>
      <p className={classes['by']}>
        <span className="foreign">{view.createdBy ?? words.run.bySystem}</span>
        <span>{words.run.source[run.attributes.source ?? ''] ?? run.attributes.source}</span>
        <Age at={created} />
        {!isOver(status) && (
          <span className={classes['live']} data-live={isLive}>
            {isLive ? words.run.live : words.run.reconnecting}
          </span>
        )}
        <span title={words.run.elapsed}>
          <Duration from={created} to={endOf(view)} />
        </span>
      </p>
    </header>
  );
}
