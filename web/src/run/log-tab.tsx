import { Button, SegmentedControl } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { words } from '../words/words.ts';
import { mention } from '../comments/comment-draft.ts';
import { LogViewer } from '../log/log-viewer.tsx';
import { readLineLink } from '../log/line-link.ts';
import type { FollowedLog } from '../log/use-log.ts';
import { useSearchState } from '../place/use-search-state.ts';
import type { RunView } from './run-view.ts';

interface Props {
  view: RunView;
  planLog: FollowedLog;
  applyLog: FollowedLog;
  hasApply: boolean;
}

export function LogTab({ view, planLog, applyLog, hasApply }: Props) {
  const [search, setSearch] = useSearchState();
  const { hash } = useLocation();
  const lines = readLineLink(hash);
  const wanted = lines?.phase ?? search['phase'];
  const phase = wanted === 'plan' || wanted === 'apply' ? wanted : hasApply ? 'apply' : 'plan';
  const url = (phase === 'plan' ? view.plan : view.apply)?.attributes['log-read-url'] ?? undefined;
  return (
    <div className="stack">
      {hasApply && (
        <div>
          <SegmentedControl
            size="xs"
            aria-label={words.log.phase}
            value={phase}
            onChange={(value) => {
              history.replaceState(history.state, '', `${location.pathname}${location.search}`);
              setSearch({ phase: value });
            }}
            data={[
              { value: 'plan', label: words.log.plan },
              { value: 'apply', label: words.log.apply },
            ]}
          />
        </div>
      )}
      {lines !== undefined && (
        <div>
          <Button variant="default" size="compact-xs" onClick={() => mention(location.href)}>
            {words.run.comment} · {hash.replace('#', '')}
          </Button>
        </div>
      )}
      <LogViewer key={phase} phase={phase} log={phase === 'plan' ? planLog : applyLog} url={url} />
    </div>
  );
}
