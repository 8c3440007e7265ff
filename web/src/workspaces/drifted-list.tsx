import { relatedId, type Workspace } from '@runwright/client';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { DriftMark } from './drift-mark.tsx';
import classes from './drifted-list.module.css';

const I = laterWords.page.inbox;

/** The workspaces whose real resources differ from their state, each with the run that found it. */
export function DriftedList({ org, workspaces }: { org: string; workspaces: readonly Workspace[] }) {
  if (workspaces.length === 0) return null;
  return (
    <Card title={I.drifted} aside={<span className="muted">{workspaces.length}</span>} flush>
      <p className={classes['text']}>{I.driftedText}</p>
      <ul className={classes['list']}>
        {workspaces.map((workspace) => {
          const { name } = workspace.attributes;
          const run = relatedId(workspace, 'drift-found-by');
          return (
            <li key={workspace.id}>
              <Link
                to="/$org/workspaces/$workspace"
                params={{ org, workspace: name }}
                className={`${classes['name'] ?? ''} foreign`}
              >
                {name}
              </Link>
              <DriftMark workspace={workspace} />
              {run !== undefined && (
                <span className={classes['run']}>
                  {I.foundBy}{' '}
                  <Link to="/$org/workspaces/$workspace/runs/$run" params={{ org, workspace: name, run }}>
                    <code>{run}</code>
                  </Link>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
