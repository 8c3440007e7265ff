import { useVirtualizer } from '@tanstack/react-virtual';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { words } from '../words/words.ts';
import { Failed } from '../parts/page-state.tsx';
import { useKeys } from '../keys/use-keys.ts';
import { isProblem } from './log-lines.ts';
import { LogRow } from './log-row.tsx';
import { LogTools, type LogView } from './log-tools.tsx';
import { lineLink, readLineLink } from './line-link.ts';
import type { FollowedLog } from './use-log.ts';
import { useLogSearch } from './use-log-search.ts';
import classes from './log.module.css';

const ROW_PX = 20;
/** A reader did not cause moves of the page that are shorter than this. */
const NEAR_PX = 40;

interface Props {
  phase: 'plan' | 'apply';
  log: FollowedLog;
  /** Where the whole of it is downloaded from. */
  url: string | undefined;
}

export function LogViewer({ phase, log: { store, version, error }, url }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const { hash } = useLocation();
  const navigate = useNavigate();
  const marked = useMemo(() => {
    const link = readLineLink(hash);
    return link?.phase === phase ? link : undefined;
  }, [hash, phase]);
  const [view, setView] = useState<LogView>({
    text: '',
    isRegex: false,
    wraps: true,
    times: false,
    problems: false,
  });
  const [isFollowing, setFollowing] = useState(marked === undefined);

  const search = useLogSearch(store, version, view.text, view.isRegex);
  const shown = useMemo(
    () =>
      view.problems ? store.lines.flatMap((line, index) => (isProblem(line) ? [index] : [])) : undefined,
    // `version` tells that the lines have grown.
    [view.problems, store, version],
  );
  const count = shown?.length ?? store.lines.length;
  const lineAt = (row: number): number => shown?.[row] ?? row;
  const rowOf = (line: number): number => (shown === undefined ? line : shown.indexOf(line));

  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });

  const scrollTo = (line: number, align: 'center' | 'end' = 'center'): void => {
    const row = rowOf(line);
    if (row >= 0) rows.scrollToIndex(row, { align });
  };
  const hit = search.at === -1 ? undefined : search.hits[search.at];
  useEffect(() => {
    if (hit === undefined) return;
    setFollowing(false);
    scrollTo(hit);
  }, [hit]);
  const markedFrom = marked?.from;
  const isMarkedThere = markedFrom !== undefined && store.lines.length >= markedFrom;
  useEffect(() => {
    if (isMarkedThere && markedFrom !== undefined) scrollTo(markedFrom - 1);
  }, [isMarkedThere, markedFrom]);
  useEffect(() => {
    if (isFollowing && count > 0) rows.scrollToIndex(count - 1, { align: 'end' });
  }, [isFollowing, count, version]);

  // Lines that come put the end further away: only who goes up wants to stay there.
  const seen = useRef({ top: 0, height: 0 });
  const onScroll = (): void => {
    const box = scroller.current;
    if (box === null) return;
    const { top, height } = seen.current;
    if (box.scrollTop < top - NEAR_PX && box.scrollHeight >= height) setFollowing(false);
    seen.current = { top: box.scrollTop, height: box.scrollHeight };
  };
  const onWheel = (up: boolean): void => {
    if (up) setFollowing(false);
  };
  const link = (line: number, extend: boolean): void => {
    const from = extend && marked !== undefined ? marked.from : line;
    const [first, last] = [from, line].toSorted((a, b) => a - b) as [number, number];
    void navigate({
      to: '.',
      search: true,
      hash: lineLink({ phase, from: first, to: last }),
      replace: true,
      resetScroll: false,
      hashScrollIntoView: false,
    });
    setFollowing(false);
  };
  useKeys({ f: () => setFollowing(true) });

  if (error !== undefined) return <Failed error={error} />;
  return (
    <div className={classes['viewer']}>
      <LogTools
        view={view}
        change={(changes) => setView((before) => ({ ...before, ...changes }))}
        search={search}
        isFollowing={isFollowing}
        follow={() => setFollowing(true)}
        lineCount={store.lines.length}
        isGrowing={!store.isComplete}
        url={url}
      />
      {store.isLost && (
        <p className={classes['lost']} role="status">
          {words.log.lost}
        </p>
      )}
      <div
        ref={scroller}
        className={classes['scroller']}
        role="log"
        aria-live="off"
        aria-label={`${words.log.label}: ${words.log[phase]}`}
        tabIndex={0}
        data-wraps={view.wraps}
        onScroll={onScroll}
        onWheel={(event) => onWheel(event.deltaY < 0)}
      >
        {count === 0 && (
          <p className={classes['empty']}>{store.isComplete ? words.log.notRun : words.log.empty}</p>
        )}
        <div
          style={{
            height: rows.getTotalSize(),
            position: 'relative',
            minWidth: '100%',
            width: view.wraps ? '100%' : 'max-content',
          }}
        >
          <div
            className={classes['window']}
            style={{ transform: `translateY(${String(rows.getVirtualItems()[0]?.start ?? 0)}px)` }}
          >
            {rows.getVirtualItems().map((item) => {
              const index = lineAt(item.index);
              const number = index + 1;
              return (
                <LogRow
                  key={item.key}
                  row={item.index}
                  measure={rows.measureElement}
                  line={store.lines[index] ?? ''}
                  number={number}
                  id={lineLink({ phase, from: number, to: number })}
                  isMarked={marked !== undefined && number >= marked.from && number <= marked.to}
                  isHit={index === hit}
                  showsTime={view.times}
                  link={link}
                />
              );
            })}
          </div>
        </div>
      </div>
    </div>
  );
}
