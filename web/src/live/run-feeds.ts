import type { OpenAnswer, RunEventScope } from '@runwright/client';
import { followEvents, type Followed } from './follow-events.ts';

/** A connection stays open for this long, for the next page that needs it. */
const LINGER_MS = 2_000;

interface RunEvent {
  run: string;
  organization: string;
}

export interface FeedParts {
  open: (
    scope: RunEventScope,
    options: { after: string | undefined; signal: AbortSignal },
  ) => Promise<OpenAnswer>;
  /** Called when shown data of the run must be read again. */
  changed: (event: RunEvent) => void;
  /** Called when events may have been missed, so that all shown data must be read again. */
  missed: () => void;
  while?: Followed['while'];
  lingerMs?: number;
}

interface Feed {
  isLive: boolean;
  listeners: Set<() => void>;
  stop: AbortController;
  ending: ReturnType<typeof setTimeout> | undefined;
}

/** Events of runs, over one connection for all parts of the page that show the same runs. */
export function createRunFeeds(parts: FeedParts) {
  const feeds = new Map<string, Feed>();

  function begin(scope: RunEventScope): Feed {
    const feed: Feed = {
      isLive: false,
      listeners: new Set(),
      stop: new AbortController(),
      ending: undefined,
    };
    const { signal } = feed.stop;
    let last: string | undefined;
    const tell = (isLive: boolean): void => {
      if (feed.isLive === isLive) return;
      feed.isLive = isLive;
      for (const listener of feed.listeners) listener();
    };
    followEvents(
      {
        open: (connected) => parts.open(scope, { after: last, signal: connected }),
        tell,
        ...(parts.while === undefined ? {} : { while: parts.while }),
        take({ id, event, data }) {
          // Data that was read before the first event may be older than the event.
          if (event === 'reset' || (event === 'ready' && last === undefined)) parts.missed();
          last = id ?? last;
          if (event === 'run') parts.changed(JSON.parse(data) as RunEvent);
          return undefined;
        },
      },
      signal,
    )
      .catch(() => undefined) // The page's own reads show the reason.
      .finally(() => tell(false));
    return feed;
  }

  return {
    isLive: (scope: RunEventScope): boolean => feeds.get(JSON.stringify(scope))?.isLive ?? false,

    /** @returns a function that leaves the feed */
    join(scope: RunEventScope, listener: () => void): () => void {
      const key = JSON.stringify(scope);
      const feed = feeds.get(key) ?? begin(scope);
      feeds.set(key, feed);
      clearTimeout(feed.ending);
      feed.listeners.add(listener);
      return () => {
        feed.listeners.delete(listener);
        if (feed.listeners.size > 0) return;
        feed.ending = setTimeout(() => {
          feeds.delete(key);
          feed.stop.abort();
        }, parts.lingerMs ?? LINGER_MS);
      };
    },
  };
}
