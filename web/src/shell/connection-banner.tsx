import { useSyncExternalStore } from 'react';
import { words } from '../words/words.ts';
import { connection } from '../session/connection.ts';
import classes from './shell.module.css';

/** Shown while the server is not reachable. */
export function ConnectionBanner() {
  const isLost = useSyncExternalStore(connection.subscribe, connection.isLost);
  if (!isLost) return null;
  return (
    <div className={classes['banner']} role="alert">
      {words.shell.lost}
    </div>
  );
}
