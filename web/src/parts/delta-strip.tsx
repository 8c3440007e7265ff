import { words } from '../words/words.ts';
import classes from './chips.module.css';

export interface Counts {
  add: number;
  change: number;
  destroy: number;
  import: number;
}

/** `+3 ~1 -2`, each with a word for screen readers. Zeros are pale, so that columns stay aligned. */
export function DeltaStrip({ counts }: { counts: Counts }) {
  const { add, change, destroy } = counts;
  return (
    <span className={classes['delta']}>
      <Count sign="+" n={add} action="create" word={words.action.counts.add(add)} />
      <Count sign="~" n={change} action="update" word={words.action.counts.change(change)} />
      <Count sign="−" n={destroy} action="delete" word={words.action.counts.destroy(destroy)} />
      {counts.import > 0 && (
        <Count sign="↓" n={counts.import} action="import" word={words.action.counts.import(counts.import)} />
      )}
    </span>
  );
}

function Count({ sign, n, action, word }: { sign: string; n: number; action: string; word: string }) {
  return (
    <span title={word} {...(n > 0 ? { 'data-action': action } : {})}>
      <span aria-hidden>
        {sign}
        {n}
      </span>
      <span className="sr-only">{word}</span>
    </span>
  );
}
