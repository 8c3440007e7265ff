import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { Problem } from './problems.ts';
import classes from './files.module.css';

const ROW_PX = 20;
/** A longer line is not code, and is cut. */
const MOST_CHARACTERS = 2_000;

interface Props {
  path: string;
  text: string;
  /** The line to scroll to. */
  line: number | undefined;
  problems: readonly Problem[];
}

/** A file line by line, with only the visible lines in the document; a problem is shown below its line. */
export function FileLines({ path, text, line, problems }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useMemo(() => {
    const all = text.split(/\r?\n/);
    return all.at(-1) === '' ? all.slice(0, -1) : all;
  }, [text]);
  const problemsAt = (index: number): readonly Problem[] =>
    problems.filter((problem) => Math.min(problem.line ?? 1, lines.length) === index + 1);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const first = problems[0]?.line;
  useEffect(() => {
    const wanted = line ?? first;
    if (wanted !== undefined && wanted <= lines.length) rows.scrollToIndex(wanted - 1, { align: 'center' });
    // The reader may be at another part of the page.
    if (line !== undefined) scroller.current?.scrollIntoView({ block: 'center' });
  }, [line, first, lines]);
  const items = rows.getVirtualItems();
  return (
    <div
      ref={scroller}
      className={classes['scroller']}
      style={{ height: Math.min(rows.getTotalSize() + ROW_PX, 640) }}
      role="region"
      aria-label={laterWords.file.content(visibleText(path))}
      tabIndex={0}
    >
      <div
        style={{ height: rows.getTotalSize(), position: 'relative', width: 'max-content', minWidth: '100%' }}
      >
        <div
          className={classes['window']}
          role="list"
          style={{ transform: `translateY(${String(items[0]?.start ?? 0)}px)` }}
        >
          {items.map(({ index, key }) => (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              role="listitem"
              aria-setsize={lines.length}
              aria-posinset={index + 1}
            >
              <div
                className={classes['row']}
                data-level={problemsAt(index)[0]?.severity}
                data-marked={index + 1 === line ? '' : undefined}
              >
                <span className={classes['number']}>{index + 1}</span>
                <code className={`${classes['text'] ?? ''} foreign`}>
                  {visibleText((lines[index] ?? '').slice(0, MOST_CHARACTERS))}
                  {(lines[index] ?? '').length > MOST_CHARACTERS && '…'}
                </code>
              </div>
              {problemsAt(index).map((problem, at) => (
                <Complaint key={at} problem={problem} />
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function Complaint({ problem: { severity, summary, detail } }: { problem: Problem }) {
  return (
    <div className={classes['complaint']} data-level={severity}>
      <p>
        <Icon name="warning" size={13} />{' '}
        <b className="foreign">
          {laterWords.file[severity]}: {visibleText(summary)}
        </b>
      </p>
      {detail !== '' && <p className="foreign">{visibleText(detail)}</p>}
    </div>
  );
}
