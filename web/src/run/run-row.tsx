import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { DeltaStrip } from '../parts/delta-strip.tsx';
import { StatusChip } from '../status/status-chip.tsx';
import { Age, Duration } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { operationOf } from './operation.ts';
import { endOf } from './stages.ts';
import type { RunView } from './run-view.ts';
import classes from './run-list.module.css';

interface Props {
  org: string;
  view: RunView;
  showsWorkspace?: boolean;
  /** Buttons for decisions. */
  tools?: ReactNode;
  selection?: { isSelected: boolean; toggle: () => void } | undefined;
}

/** A run in a list: its purpose first, then its state, its changes, and its creator. */
export function RunRow({ org, view, showsWorkspace = false, tools, selection }: Props) {
  const { run, message, counts, workspaceName = '-' } = view;
  const operation = operationOf(run.attributes);
  const created = run.attributes['created-at'];
  return (
    <li className={classes['row']} data-run={run.id}>
      {selection !== undefined && (
        <Checkbox
          size="xs"
          aria-label={words.page.runs.select(message)}
          checked={selection.isSelected}
          onChange={selection.toggle}
        />
      )}
      <div className={classes['main']}>
        <Link
          to="/$org/workspaces/$workspace/runs/$run"
          params={{ org, workspace: workspaceName, run: run.id }}
          className={`${classes['message'] ?? ''} foreign`}
          data-link
        >
          {visibleText(message)}
        </Link>
        <span className={classes['facts']}>
          {showsWorkspace && (
            <Link
              to="/$org/workspaces/$workspace"
              params={{ org, workspace: workspaceName }}
              className="foreign"
            >
              {workspaceName}
            </Link>
          )}
          <span className="foreign">{view.createdBy ?? words.run.bySystem}</span>
          <span>{words.run.source[run.attributes.source ?? ''] ?? run.attributes.source}</span>
          <code>{run.id}</code>
        </span>
      </div>
      <div className={classes['badges']}>
        {operation !== 'plan_and_apply' && (
          <Badge tone={operation === 'destroy' ? 'bad' : 'neutral'}>{words.run.operation[operation]}</Badge>
        )}
        {tools}
      </div>
      <div className={classes['delta']}>{counts !== undefined && <DeltaStrip counts={counts} />}</div>
      <div className={classes['status']}>
        <StatusChip run={run} />
      </div>
      <div className={classes['times']}>
        <Age at={created} />
        <span className="muted">
          <Duration from={created} to={endOf(view)} />
        </span>
      </div>
    </li>
  );
}
