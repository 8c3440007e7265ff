import type { Run } from '@runwright/client';
import { shownStatus, statusLook } from './status.ts';
import { Icon } from '../parts/icon.tsx';
import classes from '../parts/chips.module.css';

export function StatusChip({ run }: { run: Run }) {
  const { text, icon, tone, moves } = statusLook(shownStatus(run), run.attributes['has-changes']);
  return (
    <span className={classes['chip']} data-tone={tone} data-status={run.attributes.status}>
      <Icon name={icon} size={13} spin={moves} />
      {text}
    </span>
  );
}
