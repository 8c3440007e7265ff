import { Button, Checkbox } from '@mantine/core';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { Link } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { laterWords } from '../words/later-words.ts';
import { words } from '../words/words.ts';
import { Badge } from '../parts/badge.tsx';
import { Card } from '../parts/card.tsx';
import { Icon } from '../parts/icon.tsx';
import { StatusChip } from '../status/status-chip.tsx';
import { Age } from '../parts/time.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { useRowKeys } from '../keys/use-row-keys.ts';
import { DriftMark } from './drift-mark.tsx';
import { WorkspaceHeads } from './workspace-order.tsx';
import type { ListedWorkspace, WorkspaceList } from './use-workspace-list.ts';
import classes from './workspaces.module.css';

const W = laterWords.page.workspaces;
const ROW_PX = 57;
const NEAR_END = 20;

interface Props {
  org: string;
  list: WorkspaceList;
  selected: ReadonlyMap<string, ListedWorkspace>;
  toggle: (listed: ListedWorkspace) => void;
  /** Chooses many rows at once. */
  strip: ReactNode;
}

/** Only visible rows are in the document; more are fetched near the end of the list. */
export function WorkspaceTable({ org, list, selected, toggle, strip }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (box.current !== null) setTop(box.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const rows = useWindowVirtualizer({
    count: list.workspaces.length,
    estimateSize: () => ROW_PX,
    overscan: 15,
    scrollMargin: top,
    getItemKey: (index) => list.workspaces[index]?.workspace.id ?? index,
  });
  useRowKeys(box, '[data-link]');
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const isNearEnd = list.hasMore && !list.isLoadingMore && last >= list.workspaces.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd) list.loadMore();
  }, [isNearEnd]);
  return (
    <Card flush>
      {strip}
      <div role="table" aria-label={W.title} aria-rowcount={list.total ?? -1}>
        <WorkspaceHeads />
        <div ref={box} role="presentation" style={{ height: rows.getTotalSize(), position: 'relative' }}>
          <div
            className={classes['window']}
            role="rowgroup"
            style={{ transform: `translateY(${String((items[0]?.start ?? top) - top)}px)` }}
          >
            {items.map(({ index, key }) => {
              const listed = list.workspaces[index];
              return listed === undefined ? null : (
                <div
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  role="row"
                  aria-rowindex={index + 2}
                >
                  <Row
                    org={org}
                    listed={listed}
                    isSelected={selected.has(listed.workspace.id)}
                    toggle={() => toggle(listed)}
                  />
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {list.hasMore && (
        <div className={classes['more']}>
          <Button variant="subtle" loading={list.isLoadingMore} onClick={list.loadMore}>
            {words.page.more}
          </Button>
        </div>
      )}
    </Card>
  );
}

interface RowProps {
  org: string;
  listed: ListedWorkspace;
  isSelected: boolean;
  toggle: () => void;
}

function Row({ org, listed, isSelected, toggle }: RowProps) {
  const { workspace, run } = listed;
  const { attributes: a } = workspace;
  const tags = a['tag-names'] ?? [];
  return (
    <div className={classes['row']} role="presentation" data-selected={isSelected || undefined}>
      <div role="cell">
        <Checkbox size="xs" aria-label={W.select(a.name)} checked={isSelected} onChange={toggle} />
      </div>
      <div className={classes['name']} role="rowheader">
        <span className="row">
          <Link
            to="/$org/workspaces/$workspace"
            params={{ org, workspace: a.name }}
            className="foreign"
            data-link
          >
            {a.name}
          </Link>
          {a.locked && <Icon name="lock" size={13} label={W.locked} />}
          <DriftMark workspace={workspace} />
          {tags.slice(0, 3).map((tag) => (
            <Badge key={tag}>{visibleText(tag)}</Badge>
          ))}
        </span>
        {a.description && (
          <span className={`${classes['text'] ?? ''} foreign`}>{visibleText(a.description)}</span>
        )}
      </div>
      <div className={classes['run']} role="cell">
        {run === undefined ? (
          <span className="muted">{W.noRun}</span>
        ) : (
          <Link
            to="/$org/workspaces/$workspace/runs/$run"
            params={{ org, workspace: a.name, run: run.id }}
            title={run.attributes.message ?? ''}
          >
            <StatusChip run={run} />
          </Link>
        )}
      </div>
      <span className={classes['number']} role="cell" data-label={W.resources}>
        {a['resource-count']}
      </span>
      <span className={`${classes['version'] ?? ''} mono`} role="cell">
        {a['terraform-version']}
      </span>
      <span className={`${classes['number'] ?? ''} muted`} role="cell" data-applied={W.applied}>
        {a['last-applied-at'] === null ? W.never : <Age at={a['last-applied-at']} />}
      </span>
    </div>
  );
}
