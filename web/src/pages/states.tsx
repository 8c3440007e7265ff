import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { OutputList } from '../states/output-list.tsx';
import { VersionList } from '../states/version-list.tsx';

const S = laterWords.page.states;

/** The states of the workspace: version by version, or the values of its outputs over time. */
export function StatesPage() {
  const { org, workspace: name } = usePlace();
  useTitle(S.title, name);
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  const [search, setSearch] = useSearchState();
  if (workspace === undefined) return null;
  const isOutputs = search['view'] === 'outputs';
  return (
    <Card
      title={S.title}
      aside={
        <SegmentedControl
          size="xs"
          aria-label={S.view}
          value={isOutputs ? 'outputs' : 'versions'}
          onChange={(view) => setSearch({ view: view === 'versions' ? undefined : view }, { push: true })}
          data={[
            { value: 'versions', label: S.versions },
            { value: 'outputs', label: S.outputs },
          ]}
        />
      }
      flush
    >
      {isOutputs ? (
        <OutputList
          workspace={workspace}
          chosen={search['output']}
          choose={(output) => setSearch({ output })}
        />
      ) : (
        <VersionList
          workspace={workspace}
          chosen={search['version']}
          other={search['with']}
          choose={(version, other) => setSearch({ version, with: other })}
        />
      )}
    </Card>
  );
}
