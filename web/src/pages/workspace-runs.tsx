import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Empty } from '../parts/page-state.tsx';
import { usePlace } from '../place/use-place.ts';
import { RunList } from '../run/run-list.tsx';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { Snippet } from './snippet.tsx';

export function WorkspaceRunsPage() {
  const { org, workspace: name } = usePlace();
  useTitle(words.page.runs.title, name);
  const { data } = useQuery(workspaceQuery(org, name));
  if (data === undefined) return null;
  const empty = (
    <Empty icon="play" title={laterWords.page.workspace.noRuns}>
      <p>{laterWords.page.workspace.noRunsText}</p>
      <Snippet org={org} workspace={name} />
    </Empty>
  );
  return <RunList key={data.id} org={org} workspaceId={data.id} empty={empty} />;
}
