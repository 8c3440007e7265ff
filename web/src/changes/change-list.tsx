import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { words } from '../words/words.ts';
import type { ResourceProgress } from '../log/resource-progress.ts';
import { useRowKeys } from '../keys/use-row-keys.ts';
import { usePrinting } from '../parts/use-printing.ts';
import { ChangeRow } from './change-row.tsx';
import type { ListRow } from './group-changes.ts';
import classes from './changes.module.css';

const ROW_PX = 38;
/** A browser takes minutes for more. */
const MOST_ON_PAPER = 1_000;

interface Props {
  rows: readonly ListRow[];
  open: ReadonlySet<string>;
  toggle: (key: string) => void;
  progress: ReadonlyMap<string, ResourceProgress>;
  /** The address of the change in the page's own address. */
  at: string | undefined;
}

/** Only visible rows are in the document, however long the plan is; on paper the first thousand. The page itself scrolls. */
export function ChangeList({ rows, open, toggle, progress, at }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const place = box.current;
    if (place !== null) setTop(place.getBoundingClientRect().top + window.scrollY);
  }, [rows]);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 12,
    scrollMargin: top,
  });
  const linked =
    at === undefined ? -1 : rows.findIndex((row) => row.kind === 'change' && row.change.address === at);
  useEffect(() => {
    if (linked >= 0) virtual.scrollToIndex(linked, { align: 'center' });
  }, [linked, top]);
  useRowKeys(box, '[data-row] > button');
  const isPrinting = usePrinting();
  const items = isPrinting
    ? rows.slice(0, MOST_ON_PAPER).map(({ key }, index) => ({ index, key, start: top }))
    : virtual.getVirtualItems();
  return (
    <div ref={box} className={classes['list']} style={{ height: virtual.getTotalSize() }}>
      <div
        className={classes['window']}
        role="list"
        style={{ transform: `translateY(${String((items[0]?.start ?? top) - top)}px)` }}
      >
        {items.map(({ index, key }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={key}
              ref={isPrinting ? null : virtual.measureElement}
              data-index={index}
              role="listitem"
              aria-setsize={rows.length}
              aria-posinset={index + 1}
            >
              {row.kind === 'group' ? (
                <h2 className={classes['group']}>
                  <span className="foreign">{row.name}</span> <span className="muted">{row.count}</span>
                </h2>
              ) : (
                <ChangeRow
                  change={row.change}
                  isOpen={open.has(row.key)}
                  toggle={() => toggle(row.key)}
                  progress={progress.get(row.change.address)}
                  isLinked={index === linked}
                />
              )}
            </div>
          );
        })}
      </div>
      {isPrinting && rows.length > MOST_ON_PAPER && <p>{words.change.shown(MOST_ON_PAPER, rows.length)}</p>}
    </div>
  );
}
