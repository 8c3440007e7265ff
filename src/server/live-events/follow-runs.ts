import type { Caller } from '../access/caller.ts';
import { canInWorkspace } from '../access/permissions.ts';
import type { Platform } from '../context.ts';
import { Refusal } from '../http/refusal.ts';
import type { EventStream } from './event-stream.ts';
import { isAfter, positionText, type Position, type RunEvent, type RunFeed } from './run-feed.ts';
import type { Viewer } from './viewers.ts';
import { watch } from './watch.ts';

/** A reader that was away for longer, or missed more, reads everything again. */
const MAX_MISSED = 1_000;
const MISSED_MS = 60 * 60_000;
/** A follower with more waiting events than this is cut off: it continues from its last event. */
const MAX_WAITING = 4_000;

/** The events that a follower gets: of one organization or workspace, of one run, or of all runs that it may see. */
export interface Scope {
  organizationId?: string | undefined;
  workspaceId?: string | undefined;
  runId?: string | undefined;
}

interface Following {
  viewer: Viewer;
  stream: EventStream;
  /** @throws Refusal when the caller may no longer see it */
  scopeOf: (caller: Caller) => Promise<Scope>;
  scope: Scope;
  /** The last event that the reader has; undefined: from now on. */
  after: Position | undefined;
  /** False: the events that exist already, and then the end. */
  goesOn: boolean;
}

/**
 * Sends the events of runs as they happen, once each and in order, to readers who may read the run at that time. It
 * begins with `ready`, whose id is where to continue, or with `reset`: too much was missed, read everything again.
 */
export async function followRuns(platform: Platform, feed: RunFeed, following: Following): Promise<void> {
  const { viewer, stream, scopeOf, scope, after, goesOn } = following;
  let last: Position | undefined;
  let waiting = 0;
  // New events wait until the missed ones are sent.
  let begin: () => void = () => undefined;
  let turn = new Promise<void>((resolve) => (begin = resolve));

  const deliver = async (events: readonly RunEvent[]): Promise<void> => {
    for (const event of events) {
      if (stream.gone.aborted || last === undefined) return;
      if (!isAfter(event.position, last) || !isWithin(scope, event)) continue;
      last = event.position;
      const caller = await viewer.caller();
      if (caller === undefined) return stream.end();
      const workspace = { id: event.workspaceId, organization_id: event.organizationId };
      if (!(await canInWorkspace(platform.db, caller, workspace, 'read-runs'))) continue;
      stream.send({ id: positionText(event.position), type: 'run', data: event.data });
    }
  };
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn.then(work).catch((error: unknown) => {
      platform.log.warn({ err: error }, 'a follower of runs was cut off');
      stream.end();
    });
  };

  const { since, stop } = await feed.follow(
    (events) => {
      waiting += events.length;
      if (waiting > MAX_WAITING) return stream.end();
      inTurn(async () => {
        await deliver(events);
        waiting -= events.length;
      });
    },
    () => stream.end(),
  );
  stream.gone.addEventListener('abort', stop, { once: true });
  try {
    // The reader's position from another server may be ahead of this one.
    last = after !== undefined && isAfter(after, since) ? after : since;
    const missed = after === undefined || last === after ? [] : await feed.read(after, since, MAX_MISSED + 1);
    const isTooMuch =
      missed.length > MAX_MISSED || (missed[0]?.createdAt.getTime() ?? Infinity) < Date.now() - MISSED_MS;
    const id = positionText(isTooMuch || after === undefined ? since : after);
    stream.send({ id, type: isTooMuch ? 'reset' : 'ready', data: '{}' });
    if (!isTooMuch && missed.length > 0 && after !== undefined) {
      last = after;
      await deliver(missed);
      last = since;
    }
    begin();
    if (!goesOn) return;
    await watch(platform, viewer, stream, async (caller) => {
      try {
        await scopeOf(caller);
        return true;
      } catch (error) {
        if (error instanceof Refusal) return false;
        throw error;
      }
    });
  } finally {
    stop();
    stream.end();
  }
}

const isWithin = ({ organizationId, workspaceId, runId }: Scope, event: RunEvent): boolean =>
  (organizationId === undefined || organizationId === event.organizationId) &&
  (workspaceId === undefined || workspaceId === event.workspaceId) &&
  (runId === undefined || runId === event.runId);
