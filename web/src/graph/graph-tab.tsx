import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { planQuery } from '../changes/use-plan.ts';
import { Card } from '../parts/card.tsx';
import { Empty, Failed, Loading } from '../parts/page-state.tsx';
import { useSearchState } from '../place/use-search-state.ts';
import { buildGraph } from './build-graph.ts';
import { ChosenNode } from './chosen-node.tsx';
import { GraphList } from './graph-list.tsx';
import { GraphPicture } from './graph-picture.tsx';
import classes from './graph.module.css';

/** The changes and their dependencies, as a picture or as a list. */
export function GraphTab({ runId, planStatus }: { runId: string; planStatus: string }) {
  const isPlanned = planStatus === 'finished';
  const plan = useQuery({ ...planQuery(runId), enabled: isPlanned });
  const [search, setSearch] = useSearchState();
  const open = useMemo(
    () => new Set((search['open'] ?? '').split(',').filter((name) => name !== '')),
    [search['open']],
  );
  const { data } = plan;
  const nodes = useMemo(
    () => (data === undefined || data === null ? [] : buildGraph(data, open)),
    [data, open],
  );
  if (!isPlanned) return <Empty icon="clock" title={words.change.notYet} />;
  if (plan.isPending) return <Loading />;
  if (plan.isError) return <Failed error={plan.error} retry={() => void plan.refetch()} />;
  if (data === null || data === undefined) return <Empty title={words.change.notStored} />;
  if (nodes.length === 0) return <Empty icon="check" title={laterWords.graph.none} />;

  const isList = search['view'] === 'list';
  const chosen = nodes.find(({ id }) => id === search['node']);
  const choose = (id: string): void => setSearch({ node: id });
  const unfold = (id: string): void => setSearch({ open: [...open, id].join(','), node: undefined });
  const showChanges = (block: string): void =>
    setSearch({ tab: 'changes', q: wordsOfBlock(block), only: undefined }, { push: true });
  const isConnected = nodes.some(({ dependsOn }) => dependsOn.length > 0);
  return (
    <Card
      title={words.run.tabs.graph}
      aside={
        <span className="row">
          {open.size > 0 && (
            <Button variant="subtle" size="compact-xs" onClick={() => setSearch({ open: undefined })}>
              {laterWords.graph.foldAll}
            </Button>
          )}
          <SegmentedControl
            size="xs"
            aria-label={laterWords.graph.view}
            value={isList ? 'list' : 'picture'}
            onChange={(view) => setSearch({ view: view === 'list' ? view : undefined })}
            data={[
              { value: 'picture', label: laterWords.graph.picture },
              { value: 'list', label: laterWords.graph.list },
            ]}
          />
        </span>
      }
      flush
    >
      <p className={classes['hint']}>{isConnected ? laterWords.graph.hint : laterWords.graph.unconnected}</p>
      {isList ? (
        <GraphList nodes={nodes} choose={choose} unfold={unfold} />
      ) : (
        <GraphPicture nodes={nodes} chosen={chosen} choose={choose} />
      )}
      {chosen !== undefined && (
        <ChosenNode node={chosen} choose={choose} unfold={unfold} showChanges={showChanges} />
      )}
    </Card>
  );
}

/** Search words for the changes of a block: in the addresses of instances, keys may stand between the parts. */
function wordsOfBlock(block: string): string {
  const parts = block.replace(/\.\*$/, '.').split('.');
  return parts.slice(-2).join('.');
}
