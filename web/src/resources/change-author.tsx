import { relatedId, type Resource, type Run } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { messageOf } from '../run/run-view.ts';
import classes from './resources.module.css';

const R = laterWords.resource;

interface Props {
  change: Resource<{ readonly serial: number; readonly 'created-at': string }>;
  /** The id of the state version that the change made. */
  version: string;
  included: readonly Resource[];
}

/** The run of a change, or that there was none, with the resulting state, the person and the time. */
export function ChangeAuthor({ change, version, included }: Props) {
  const { org, workspace } = usePlace();
  const find = (name: string): Resource | undefined =>
    included.find(({ id }) => id === relatedId(change, name));
  const runId = relatedId(change, 'run');
  const run = find('run') as Run | undefined;
  const username = find('created-by')?.attributes['username'];
  return (
    <span className={classes['author']}>
      {runId === undefined ? (
        <span className="muted">{R.byHand}</span>
      ) : (
        <Link
          to="/$org/workspaces/$workspace/runs/$run"
          params={{ org, workspace, run: runId }}
          className="foreign"
        >
          {run === undefined ? <code>{runId}</code> : visibleText(messageOf(run))}
        </Link>
      )}
      <span className={classes['facts']}>
        <Link to="/$org/workspaces/$workspace/states" params={{ org, workspace }} search={{ version }}>
          {laterWords.page.states.serial} {change.attributes.serial}
        </Link>
        <span className="foreign">
          {typeof username === 'string' ? visibleText(username) : words.run.bySystem}
        </span>
        <Age at={change.attributes['created-at']} />
      </span>
    </span>
  );
}
