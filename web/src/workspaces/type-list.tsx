import type { StateVersion } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { visibleText } from '../parts/visible-text.ts';
import { countTypes } from './count-types.ts';
import classes from './resources.module.css';

const SHOWN = 12;

/** The number of resources of each type in a state, the most frequent first. */
export function TypeList({ version }: { version: StateVersion | undefined }) {
  const counted = countTypes(version?.attributes.resources ?? []);
  const most = counted[0]?.[1] ?? 1;
  const rest = counted.length - SHOWN;
  return (
    <>
      <ul className={classes['types']}>
        {counted.slice(0, SHOWN).map(([type, number]) => (
          <li key={type}>
            <code className="foreign">{visibleText(type)}</code>
            <span className={classes['track']} aria-hidden>
              <span style={{ width: `${String((number / most) * 100)}%` }} />
            </span>
            <b>{number.toLocaleString('en')}</b>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="muted">{laterWords.trend.others(rest)}</p>}
    </>
  );
}
