import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { OutputTable } from '../parts/output-table.tsx';
import { client } from '../session/client.ts';
import type { RunView } from './run-view.ts';

/** The outputs of the workspace after this run; the changes' page shows how the plan changes them. */
export function OutputsTab({ view }: { view: RunView }) {
  const { workspaceId = '', status } = view;
  const outputs = useQuery({
    queryKey: ['outputs', workspaceId, status],
    queryFn: ({ signal }) => client.stateVersions.currentOutputs(workspaceId, { signal }),
    enabled: workspaceId !== '',
  });
  if (outputs.isPending) return <Loading />;
  if (outputs.isError) return <Failed error={outputs.error} retry={() => void outputs.refetch()} />;
  if (outputs.data.length === 0) return <Empty title={laterWords.page.workspace.noOutputs} />;
  return (
    <Card title={words.run.stateOutputs} flush>
      <OutputTable outputs={outputs.data} />
    </Card>
  );
}
