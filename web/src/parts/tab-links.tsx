import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef, type ReactNode } from 'react';
import classes from './tab-links.module.css';

/** The pages of one thing, as links that look like tabs. If not all fit, the open one is visible. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    const open = box.current?.querySelector<HTMLElement>('[data-status="active"]');
    if (box.current === null || open === null || open === undefined) return;
    box.current.scrollLeft = open.offsetLeft - (box.current.clientWidth - open.offsetWidth) / 2;
  }, [pathname]);
  return (
    <nav ref={box} className={classes['tabs']} aria-label={label}>
      {children}
    </nav>
  );
}
