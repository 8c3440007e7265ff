import { memo } from 'react';
import { words } from '../words/words.ts';
import { AnsiText } from './ansi.tsx';
import { shownLine, type LogLine } from './log-lines.ts';
import classes from './log.module.css';

interface Props {
  row: number;
  measure: (element: Element | null) => void;
  line: LogLine;
  number: number;
  id: string;
  isMarked: boolean;
  isHit: boolean;
  showsTime: boolean;
  link: (line: number, extend: boolean) => void;
}

export const LogRow = memo(function LogRow(props: Props) {
  const { row, measure, line, number, id, isMarked, isHit, showsTime, link } = props;
  const { text, level, time } = shownLine(line);
  return (
    <div
      ref={measure}
      data-index={row}
      className={classes['row']}
      data-level={level}
      data-marked={isMarked || undefined}
      data-hit={isHit || undefined}
    >
      <a
        href={`#${id}`}
        className={classes['number']}
        aria-label={words.log.copyLine(number)}
        onClick={(event) => {
          event.preventDefault();
          link(number, event.shiftKey);
        }}
      >
        {number}
      </a>
      {showsTime && <span className={classes['time']}>{time?.slice(11, 23) ?? ''}</span>}
      <span className={classes['text']} data-line={number}>
        <AnsiText text={text} />
      </span>
    </div>
  );
});
