import type { ReactNode } from 'react';
import classes from './tab-links.module.css';

/** The pages of one thing, as links that look like tabs: each has an address. */
export const TabLinks = ({ label, children }: { label: string; children: ReactNode }) => (
  <nav className={classes['tabs']} aria-label={label}>
    {children}
  </nav>
);
