import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { Failed, Loading } from '../parts/page-state.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { useLiveRuns } from '../live/use-live-runs.ts';
import { usePlace } from '../place/use-place.ts';
import { StartRun } from '../forms/start-run.tsx';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { TabLinks } from '../parts/tab-links.tsx';

const W = laterWords.page.workspace;
/** Locks and settings change without a run. */
const LOOK_EVERY_MS = 10_000;

/** A workspace's name, its tabs, and the button that starts a run, around each of its pages. */
export function WorkspaceFrame() {
  const { org, workspace: name } = usePlace();
  useTitle(name, org);
  const workspace = useQuery({ ...workspaceQuery(org, name), refetchInterval: LOOK_EVERY_MS });
  useLiveRuns({ workspace: workspace.data?.id });
  const [isStarting, setStarting] = useState(false);
  if (workspace.isPending) return <Loading />;
  if (workspace.isError) return <Failed error={workspace.error} retry={() => void workspace.refetch()} />;
  const { attributes: a } = workspace.data;
  const params = { org, workspace: name };
  return (
    <>
      <PageHead title={name} text={a.description ?? undefined}>
        {a.permissions['can-queue-run'] === true && (
          <Button size="sm" leftSection={<Icon name="play" size={14} />} onClick={() => setStarting(true)}>
            {W.start}
          </Button>
        )}
      </PageHead>
      <TabLinks label={name}>
        <Link to="/$org/workspaces/$workspace" params={params} activeOptions={{ exact: true }}>
          {W.overview}
        </Link>
        <Link to="/$org/workspaces/$workspace/runs" params={params}>
          {W.runs}
        </Link>
        <Link to="/$org/workspaces/$workspace/resources" params={params}>
          {laterWords.resource.title}
        </Link>
        <Link to="/$org/workspaces/$workspace/states" params={params}>
          {W.states}
        </Link>
        <Link to="/$org/workspaces/$workspace/trends" params={params}>
          {laterWords.trend.title}
        </Link>
        <Link to="/$org/workspaces/$workspace/variables" params={params}>
          {W.variables}
        </Link>
        <Link to="/$org/workspaces/$workspace/notifications" params={params}>
          {W.notifications}
        </Link>
        <Link to="/$org/workspaces/$workspace/settings" params={params}>
          {W.settings}
        </Link>
      </TabLinks>
      <Outlet />
      {isStarting && <StartRun org={org} workspace={workspace.data} close={() => setStarting(false)} />}
    </>
  );
}
