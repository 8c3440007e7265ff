import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { usePlace } from '../place/use-place.ts';
import { viewRun } from '../run/run-view.ts';
import { client } from '../session/client.ts';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { CostChart } from './cost-chart.tsx';
import { DurationChart } from './duration-chart.tsx';
import { ResourceChart } from './resource-chart.tsx';
import { TypeList } from '../workspaces/type-list.tsx';
import { Card } from '../parts/card.tsx';
import classes from './trends.module.css';

const T = laterWords.trend;
const MOST_RUNS = 50;
const MOST_STATES = 30;
const INCLUDE = ['plan', 'apply', 'created_by', 'cost_estimate'];

/** The trends of a workspace: the duration and cost of its runs, and the number of its resources. */
export function TrendsPage() {
  const { org, workspace: name } = usePlace();
  useTitle(T.title, name);
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  const id = workspace?.id ?? '';
  const runs = useQuery({
    queryKey: ['runs', 'trends', id],
    queryFn: ({ signal }) =>
      client.runs.listInWorkspace(id, { include: INCLUDE, pageSize: MOST_RUNS, signal }),
    enabled: id !== '',
  });
  const states = useQuery({
    queryKey: ['states', 'trends', id, workspace?.attributes['latest-change-at']],
    queryFn: ({ signal }) =>
      client.stateVersions.list({
        organization: org,
        workspace: name,
        status: 'finalized',
        pageSize: MOST_STATES,
        signal,
      }),
    enabled: id !== '',
    // A user who may see runs may not be allowed to see states.
    retry: false,
  });
  if (runs.isPending || states.isPending) return <Loading />;
  if (runs.isError) return <Failed error={runs.error} retry={() => void runs.refetch()} />;
  const { data, included = [] } = runs.data;
  const views = data.map((run) => viewRun(run, included)).toReversed();
  const versions = (states.data?.data ?? []).toReversed();
  if (views.length === 0 && versions.length === 0) {
    return (
      <Empty icon="pulse" title={T.none}>
        {T.noneText}
      </Empty>
    );
  }
  return (
    <div className={classes['grid']}>
      <DurationChart views={views} />
      <CostChart views={views} included={included} />
      <ResourceChart versions={versions} />
      {versions.length > 0 && (
        <Card title={T.types}>
          <TypeList version={versions.at(-1)} />
        </Card>
      )}
    </div>
  );
}
