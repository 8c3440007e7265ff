import type { Workspace } from '@runwright/client';
import { laterWords } from '../words/later-words.ts';
import { Icon } from '../parts/icon.tsx';
import classes from './drift-mark.module.css';

const D = laterWords.page.drift;

/** How many objects were changed outside of terraform, if the newest plan of the state has found any. */
export function DriftMark({ workspace: { attributes: a } }: { workspace: Workspace }) {
  const count = a['resources-drifted'] ?? 0;
  if (count === 0) return null;
  return (
    <span className={classes['drift']} title={D.found(count)}>
      <Icon name="pulse" size={12} />
      {D.short(count)}
    </span>
  );
}
