import { Button } from '@mantine/core';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import type { Problem } from './problems.ts';
import classes from './files.module.css';

/** The log has the others. */
const MOST = 50;

interface Props {
  problems: readonly Problem[];
  open: (path: string, line: number | undefined) => void;
  /** Whether the upload contains the file. */
  has: (path: string) => boolean;
}

/** The problems of all files; each leads to its line. */
export function ProblemList({ problems, open, has }: Props) {
  if (problems.length === 0) return null;
  return (
    <ul className={classes['problems']} aria-label={laterWords.file.problems}>
      {problems.slice(0, MOST).map(({ path, line, severity, summary }, index) => (
        <li key={index} data-level={severity}>
          <Icon name="warning" size={14} label={laterWords.file[severity]} />
          <span className="foreign">{visibleText(summary)}</span>
          {has(path) ? (
            <Button variant="subtle" size="compact-xs" onClick={() => open(path, line)}>
              {placeText(path, line)}
            </Button>
          ) : (
            <span className="muted foreign">
              {placeText(path, line)} ({laterWords.file.elsewhere})
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

const placeText = (path: string, line: number | undefined): string =>
  [visibleText(path), ...(line === undefined ? [] : [laterWords.file.line(line)])].join(' ');
