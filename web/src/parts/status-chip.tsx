import { statusLook } from '../run/status.ts';
import { Icon } from './icon.tsx';
import classes from './chips.module.css';

interface Props {
  status: string;
  hasChanges?: boolean | undefined;
}

export function StatusChip({ status, hasChanges }: Props) {
  const { text, icon, tone, moves } = statusLook(status, hasChanges);
  return (
    <span className={classes['chip']} data-tone={tone} data-status={status}>
      <Icon name={icon} size={13} spin={moves} />
      {text}
    </span>
  );
}
