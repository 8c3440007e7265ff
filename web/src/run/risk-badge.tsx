import type { Plan } from '@runwright/client';
import { words } from '../words/words.ts';
import { Icon } from '../parts/icon.tsx';
import classes from './risk-badge.module.css';

const R = words.change.risk;

/** The risk of a plan beside its run; nothing while it is not known, and for a plan without any. */
export function RiskBadge({ plan }: { plan: Plan | undefined }) {
  const { 'risk-score': score, 'risk-level': level } = plan?.attributes ?? {};
  if (typeof score !== 'number' || typeof level !== 'string' || score === 0) return null;
  return (
    <span className={classes['risk']} data-level={level} title={R.score(score)}>
      <Icon name="warning" size={12} />
      {R.levels[level] ?? level}
    </span>
  );
}
