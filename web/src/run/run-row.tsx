import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { DeltaStrip } from '../parts/delta-strip.tsx';
import { laterWords } from '../words/later-words.ts';
import { StatusChip } from '../status/status-chip.tsx';
import { Age, Duration, durationText } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { operationOf } from './operation.ts';
import { RiskBadge } from './risk-badge.tsx';
import { endOf, stagesOf } from './stages.ts';
import type { RunView } from './run-view.ts';
import classes from './run-list.module.css';

/** A shorter wait for a runner is not worth a line. */
const LONG_WAIT_MS = 10_000;

/** How long a run waited before its plan began; 0 while it waits. */
function waitOf(view: RunView): number {
  const { from, to } = stagesOf(view)[0] ?? {};
  return from === undefined || to === undefined ? 0 : Date.parse(to) - Date.parse(from);
}

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
      <div className={classes['delta']}>
        {counts !== undefined && <DeltaStrip counts={counts} />}
        <RiskBadge plan={view.plan} />
      </div>
      <div className={classes['status']}>
        <StatusChip run={run} />
      </div>
      <div className={classes['times']}>
        <Age at={created} />
        <span className="muted">
          <Duration from={created} to={endOf(view)} />
        </span>
        {waitOf(view) >= LONG_WAIT_MS && (
          <span className="muted nowrap">{laterWords.page.runs.waited(durationText(waitOf(view)))}</span>
        )}
      </div>
    </li>
  );
}
