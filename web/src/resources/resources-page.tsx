import { SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { laterWords } from '../words/later-words.ts';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { usePlace } from '../place/use-place.ts';
import { useSearchState } from '../place/use-search-state.ts';
import { workspaceQuery } from '../session/reads.ts';
import { useTitle } from '../shell/use-title.ts';
import { ChangeTimeline } from './change-timeline.tsx';
import { ResourceList } from './resource-list.tsx';
import classes from './resources.module.css';

const R = laterWords.resource;
const SETTLE_MS = 250;

/** The resources that terraform manages here, and the runs that changed them: by resource, or in time. */
export function ResourcesPage() {
  const { org, workspace: name } = usePlace();
  useTitle(R.title, name);
  const { data: workspace } = useQuery(workspaceQuery(org, name));
  const [search, setSearch] = useSearchState();
  const searchLater = useDebouncedCallback(
    (text: string) => setSearch({ q: text, address: undefined }),
    SETTLE_MS,
  );
  if (workspace === undefined) return null;
  const text = search['q'] ?? '';
  const isTimeline = search['view'] === 'changes';
  return (
    <Card
      title={R.title}
      aside={
        <div className={classes['tools']}>
          <TextInput
            size="xs"
            leftSection={<Icon name="search" size={13} />}
            placeholder={R.search}
            aria-label={R.search}
            defaultValue={text}
            onChange={({ currentTarget }) => searchLater(currentTarget.value)}
          />
          <SegmentedControl
            size="xs"
            aria-label={R.view}
            value={isTimeline ? 'changes' : 'now'}
            onChange={(view) => setSearch({ view: view === 'now' ? undefined : view })}
            data={[
              { value: 'now', label: R.now },
              { value: 'changes', label: R.changes },
            ]}
          />
        </div>
      }
      flush
    >
      {isTimeline ? (
        <ChangeTimeline workspace={workspace} text={text} />
      ) : (
        <ResourceList
          workspace={workspace}
          text={text}
          chosen={search['address']}
          choose={(address) => setSearch({ address })}
        />
      )}
    </Card>
  );
}
