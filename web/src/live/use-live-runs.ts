import type { RunEventScope } from '@runwright/client';
import { useCallback, useSyncExternalStore } from 'react';
import { client } from '../session/client.ts';
import { queries } from '../session/queries.ts';
import { createRefresher } from './refresh.ts';
import { createRunFeeds } from './run-feeds.ts';
import { whenVisible, whileVisible } from './while-visible.ts';

const refresh = createRefresher(queries);
const feeds = createRunFeeds({
  open: client.runEvents.open,
  changed({ run, organization }) {
    refresh.run(run);
    refresh.lists(organization);
  },
  missed: refresh.everything,
  async while(signal, work) {
    await whenVisible(signal);
    return await whileVisible(signal, work);
  },
});
const nothing = (): void => undefined;

/**
 * Keeps the data of these runs up to date while the page shows it.
 *
 * @param scope undefined: not known yet
 * @returns whether changes arrive by themselves; if not, the caller has to poll
 */
export function useLiveRuns({ organization, workspace, run }: RunEventScope): boolean {
  const isScoped = (organization ?? workspace ?? run ?? '') !== '';
  const join = useCallback(
    (listener: () => void) => (isScoped ? feeds.join({ organization, workspace, run }, listener) : nothing),
    [isScoped, organization, workspace, run],
  );
  return useSyncExternalStore(join, () => isScoped && feeds.isLive({ organization, workspace, run }));
}
