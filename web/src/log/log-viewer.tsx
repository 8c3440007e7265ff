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

interface Props {
  phase: 'plan' | 'apply';
  log: FollowedLog;
  /** The address for the download of the whole log. */
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
  const [isFollowing, setIsFollowing] = useState(marked === undefined);
  // The next scroll event may come before the next render.
  const followsNow = useRef(isFollowing);
  const setFollowing = (on: boolean): void => {
    followsNow.current = on;
    setIsFollowing(on);
  };

  const search = useLogSearch(store, version, view.text, view.isRegex);
  const shown = useMemo(
    () =>
      view.problems ? store.lines.flatMap((line, index) => (isProblem(line) ? [index] : [])) : undefined,
    // `version` changes when lines are added.
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

  // What an address, a search or the end of the log leads to stays in sight while lines come, until a hand moves the log.
  const held = useRef<number | undefined>(undefined);
  const hold = (line: number): void => {
    const row = rowOf(line);
    if (row < 0) return;
    setFollowing(false);
    held.current = row;
  };
  const hit = search.at === -1 ? undefined : search.hits[search.at];
  useEffect(() => {
    if (hit !== undefined) hold(hit);
  }, [hit]);
  const markedFrom = marked?.from;
  const isMarkedThere = markedFrom !== undefined && store.lines.length >= markedFrom;
  useEffect(() => {
    if (isMarkedThere && markedFrom !== undefined) hold(markedFrom - 1);
  }, [isMarkedThere, markedFrom]);
  useEffect(() => {
    const box = scroller.current;
    if (box === null) return;
    const middle =
      held.current === undefined ? undefined : rows.getOffsetForIndex(held.current, 'center')?.[0];
    const wanted = isFollowing ? box.scrollHeight - box.clientHeight : middle;
    if (wanted !== undefined && Math.abs(box.scrollTop - wanted) > 1) box.scrollTop = wanted;
  });
  const hand = useRef({ isOn: false, top: 0 });
  const touch = (isOn: boolean) => (): void => {
    hand.current = { isOn, top: scroller.current?.scrollTop ?? 0 };
    held.current = undefined;
  };
  const onScroll = (): void => {
    const { isOn, top } = hand.current;
    const box = scroller.current;
    if (box === null) return;
    if (isOn) {
      if (box.scrollTop < top) setFollowing(false);
      return;
    }
    // On a busy machine the virtualizer corrects the place for measured rows after the effect above has set it.
    const end = box.scrollHeight - box.clientHeight;
    if (followsNow.current && Math.abs(box.scrollTop - end) > 1) box.scrollTop = end;
  };
  const onMove = (up: boolean): void => {
    held.current = undefined;
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
        onPointerDown={touch(true)}
        onPointerUp={touch(false)}
        onTouchStart={touch(true)}
        onTouchEnd={touch(false)}
        onKeyDown={({ key }) => onMove(['ArrowUp', 'PageUp', 'Home'].includes(key))}
        onWheel={({ deltaY }) => onMove(deltaY < 0)}
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
