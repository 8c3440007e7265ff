import type { Run } from '@runwright/client';
import { shownStatus, statusLook } from '../run/status.ts';
import { Icon } from './icon.tsx';
import classes from './chips.module.css';

export function StatusChip({ run }: { run: Run }) {
  const { text, icon, tone, moves } = statusLook(shownStatus(run), run.attributes['has-changes']);
  return (
    <span className={classes['chip']} data-tone={tone} data-status={run.attributes.status}>
      <Icon name={icon} size={13} spin={moves} />
      {text}
    </span>
  );
}
