import type { ReactNode } from 'react';
import classes from './chips.module.css';

export const Badge = ({ children, tone = 'neutral' }: { children: ReactNode; tone?: 'neutral' | 'bad' }) => (
  <span className={classes['badge']} data-tone={tone}>
    {children}
  </span>
);
