import { relatedId, type Workspace } from '@runwright/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { DeltaStrip } from '../parts/delta-strip.tsx';
import { Empty } from '../parts/page-state.tsx';
import { OutputTable } from '../parts/output-table.tsx';
import { StatusChip } from '../status/status-chip.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { usePlace } from '../place/use-place.ts';
import { useDecision } from '../run/use-decision.tsx';
import { useRun } from '../run/use-run.ts';
import { client } from '../session/client.ts';
import { workspaceQuery } from '../session/reads.ts';
import { Connections } from '../workspaces/connections.tsx';
import { Readme } from '../workspaces/readme.tsx';
import { ResourceSummary } from '../workspaces/resource-summary.tsx';
import { WorkspaceFacts } from '../workspaces/workspace-facts.tsx';
import { WorkspaceHealth } from '../workspaces/workspace-health.tsx';
import { Snippet } from './snippet.tsx';
import classes from '../workspaces/workspaces.module.css';

const W = laterWords.page.workspace;

export function WorkspaceOverview() {
  const { org, workspace: name } = usePlace();
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  if (workspace === undefined) return null;
  const runId = relatedId(workspace, 'current-run') ?? relatedId(workspace, 'latest-run');
  return (
    <div className={classes['overview']}>
      <div className="stack">
        <Card title={W.currentRun}>
          {runId === undefined ? (
            <Empty icon="play" title={W.noRuns}>
              <p>{W.noRunsText}</p>
              <Snippet org={org} workspace={name} />
            </Empty>
          ) : (
            <CurrentRun org={org} workspace={name} id={runId} />
          )}
        </Card>
        <ResourceSummary workspace={workspace} />
        <Outputs org={org} workspace={workspace} />
        <Connections org={org} workspace={workspace} />
        <Readme workspace={workspace} />
      </div>
      <aside className="stack" aria-label={W.facts}>
        <WorkspaceHealth org={org} workspace={workspace} />
        <WorkspaceFacts org={org} workspace={workspace} />
      </aside>
    </div>
  );
}

function CurrentRun({ org, workspace, id }: { org: string; workspace: string; id: string }) {
  const { view } = useRun(id);
  const decision = useDecision();
  if (view === undefined) return null;
  const { run, message, counts, createdBy } = view;
  return (
    <div className="stack">
      <div className={classes['current']}>
        <Link
          to="/$org/workspaces/$workspace/runs/$run"
          params={{ org, workspace, run: id }}
          className="foreign"
        >
          {visibleText(message)}
        </Link>
        <StatusChip run={run} />
        {counts !== undefined && <DeltaStrip counts={counts} />}
        {decision.buttons(view)}
      </div>
      {decision.dialog}
      <p className="muted row">
        <span className="foreign">{createdBy ?? words.run.bySystem}</span>
        <Age at={run.attributes['created-at']} />
        <code>{id}</code>
      </p>
    </div>
  );
}

function Outputs({ org, workspace }: { org: string; workspace: Workspace }) {
  const hasState = relatedId(workspace, 'current-state-version') !== undefined;
  const outputs = useQuery({
    queryKey: ['outputs', workspace.id, relatedId(workspace, 'current-state-version')],
    queryFn: ({ signal }) => client.stateVersions.currentOutputs(workspace.id, { signal }),
    enabled: hasState,
  });
  if (outputs.data === undefined || outputs.data.length === 0) return null;
  return (
    <Card
      title={W.outputs}
      aside={
        <Link
          to="/$org/workspaces/$workspace/states"
          params={{ org, workspace: workspace.attributes.name }}
          search={{ view: 'outputs' }}
        >
          {laterWords.page.states.howChanged}
        </Link>
      }
      flush
    >
      <OutputTable outputs={outputs.data} />
    </Card>
  );
}
