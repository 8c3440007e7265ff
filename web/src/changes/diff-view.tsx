import { useMemo } from 'react';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleText } from '../parts/visible-text.ts';
import { diffRows, type DiffRow } from './attribute-diff.ts';
import type { JsonChange } from './plan.ts';
import classes from './diff.module.css';

/** A longer diff is shown in parts. */
const MOST_ROWS = 600;
const SIGN = { added: '+', removed: '−', changed: '~', same: ' ', group: ' ', folded: ' ' } as const;
const SPOKEN = {
  added: words.change.added,
  removed: words.change.removed,
  changed: words.change.changed,
  same: '',
  group: '',
  folded: '',
} as const;

export function DiffView({ json }: { json: JsonChange }) {
  const rows = useMemo(() => diffRows(json), [json]);
  return (
    <div className={classes['diff']}>
      {rows.slice(0, MOST_ROWS).map((row, index) => (
        <Row key={index} row={row} />
      ))}
      {rows.length > MOST_ROWS && (
        <p className="muted">{words.action.dialog.andMore(rows.length - MOST_ROWS)}</p>
      )}
    </div>
  );
}

function Row({ row }: { row: DiffRow }) {
  const { kind, name, depth, before, after, forces, isSensitive, isUnknown } = row;
  return (
    <div className={classes['row']} data-kind={kind} style={{ paddingLeft: 10 + depth * 18 }}>
      <span className={classes['sign']} aria-hidden>
        {SIGN[kind]}
      </span>
      <span className="sr-only">{SPOKEN[kind]}</span>
      {name !== '' && <span className={`${classes['name'] ?? ''} foreign`}>{visibleText(name)}</span>}
      <span className={classes['values']}>
        {isSensitive === true && <Icon name="lock" size={12} />}
        {before !== undefined && (
          <span className={`${classes['before'] ?? ''} foreign`}>{visibleText(before)}</span>
        )}
        {before !== undefined && after !== undefined && (
          <Icon name="arrow" size={12} label={words.change.after} />
        )}
        {after !== undefined && (
          <span className={`${classes['after'] ?? ''} foreign`} data-unknown={isUnknown}>
            {visibleText(after)}
          </span>
        )}
        {forces === true && <span className={classes['forces']}>{words.change.forces}</span>}
      </span>
    </div>
  );
}
