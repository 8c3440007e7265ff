import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import { topics } from '../live/wake-ups.ts';

const BATCH = 500;
/** A wake-up may get lost, and other programs send none. */
const LOOK_AGAIN_MS = 1_000;
/** A written event waits for older transactions to end: most end soon. */
const HELD_BACK_MS = 20;
const HELD_BACK_TIMES = 25;

/** The place of an event in the order of the feed (docs/adr/0112). */
export interface Position {
  writtenIn: bigint;
  sequence: number;
}

export interface RunEvent {
  position: Position;
  runId: string;
  workspaceId: string;
  organizationId: string;
  createdAt: Date;
  /** The event as readers get it, in JSON. */
  data: string;
}

export const isAfter = (one: Position, other: Position): boolean =>
  one.writtenIn > other.writtenIn || (one.writtenIn === other.writtenIn && one.sequence > other.sequence);

export const positionText = ({ writtenIn, sequence }: Position): string => `${writtenIn}-${sequence}`;

const POSITION = /^(\d{1,19})-(\d{1,15})$/;
export function parsePosition(text: string): Position | undefined {
  const [, writtenIn = '', sequence = ''] = POSITION.exec(text) ?? [];
  return writtenIn === '' ? undefined : { writtenIn: BigInt(writtenIn), sequence: Number(sequence) };
}

/** The events of all runs, read once for all followers. */
export interface RunFeed {
  /** Calls `take` with all events after the position that is returned, in order, and `over` when no more come. */
  follow(
    take: (events: readonly RunEvent[]) => void,
    over: () => void,
  ): Promise<{ since: Position; stop(): void }>;
  /** Events after `after`, up to and including `upTo`. */
  read(after: Position, upTo: Position, limit: number): Promise<RunEvent[]>;
}

export function createRunFeed({ db, wakeUps, log }: Platform): RunFeed {
  const followers = new Map<object, { take: (events: readonly RunEvent[]) => void; over: () => void }>();
  /** undefined: there are no followers. */
  let reading: Promise<Position> | undefined;
  let position: Position | undefined;

  const select = (after: Position) =>
    db
      .selectFrom('run_event')
      .innerJoin('run', 'run.id', 'run_event.run_id')
      .innerJoin('organization', 'organization.id', 'run.organization_id')
      .innerJoin('workspace', 'workspace.id', 'run.workspace_id')
      .select(['run_event.id', 'run_event.sequence', 'run_event.action', 'run_event.created_at'])
      .select(sql<string>`run_event.written_in::text`.as('written_in'))
      .select(['run.id as run_id', 'run.status', 'run.workspace_id', 'run.organization_id'])
      .select(['organization.name as organization', 'workspace.name as workspace'])
      .where(
        sql<boolean>`(run_event.written_in, run_event.sequence) > (${String(after.writtenIn)}::xid8, ${after.sequence})`,
      )
      // An event that is still being written may come before this one.
      .where(sql<boolean>`run_event.written_in < pg_snapshot_xmin(pg_current_snapshot())`)
      .orderBy('run_event.written_in')
      .orderBy('run_event.sequence');

  const toEvent = (row: Awaited<ReturnType<ReturnType<typeof select>['execute']>>[number]): RunEvent => ({
    position: { writtenIn: BigInt(row.written_in), sequence: row.sequence },
    runId: row.run_id,
    workspaceId: row.workspace_id,
    organizationId: row.organization_id,
    createdAt: row.created_at,
    data: JSON.stringify({
      event: row.id,
      action: row.action,
      run: row.run_id,
      status: row.status,
      workspace: row.workspace_id,
      'workspace-name': row.workspace,
      organization: row.organization,
      'created-at': row.created_at.toISOString(),
    }),
  });

  /**
   * Every event that is committed from now on has a higher position. Events from just before may have one too, as long
   * as a transaction is older than they are: a follower gets these rather than losing one.
   */
  const horizon = async (): Promise<Position> => {
    const { rows } = await sql<{ xmin: string }>`
      select pg_snapshot_xmin(pg_current_snapshot())::text as xmin`.execute(db);
    return { writtenIn: BigInt(rows[0]?.xmin ?? 0), sequence: 0 };
  };

  /** Whether an event waits for a transaction that has not ended. */
  const isHeldBack = async (): Promise<boolean> => {
    const { rows } = await sql<{ held: boolean }>`select exists (select from run_event
      where written_in >= pg_snapshot_xmin(pg_current_snapshot())) as held`.execute(db);
    return rows[0]?.held === true;
  };

  async function goOn(from: Position): Promise<void> {
    let at = from;
    position = at;
    let heldBack = 0;
    while (followers.size > 0 && !wakeUps.isClosed()) {
      // The wait begins before the query, so that no event written in between is missed.
      const woken = wakeUps.wait(topics.runEvents, LOOK_AGAIN_MS);
      try {
        const events = (await select(at).limit(BATCH).execute()).map(toEvent);
        const last = events.at(-1);
        if (last !== undefined) {
          at = last.position;
          position = at;
          for (const { take } of [...followers.values()]) take(events);
        }
        if (events.length === BATCH) continue;
        heldBack = heldBack < HELD_BACK_TIMES && (await isHeldBack()) ? heldBack + 1 : 0;
        if (heldBack > 0) {
          await sleep(HELD_BACK_MS);
          continue;
        }
      } catch (error) {
        log.warn({ err: error }, 'the events of runs could not be read');
      }
      await woken;
    }
    const left = [...followers.values()];
    followers.clear();
    reading = undefined;
    position = undefined;
    for (const { over } of left) over();
  }

  return {
    async follow(take, over) {
      const key = {};
      followers.set(key, { take, over });
      try {
        reading ??= horizon().then((from) => {
          void goOn(from);
          return from;
        });
        await reading;
      } catch (error) {
        followers.delete(key);
        reading = undefined;
        throw error;
      }
      return { since: position ?? (await reading), stop: () => void followers.delete(key) };
    },
    read: async (after, upTo, limit) =>
      (
        await select(after)
          .where(
            sql<boolean>`(run_event.written_in, run_event.sequence) <= (${String(upTo.writtenIn)}::xid8, ${upTo.sequence})`,
          )
          .limit(limit)
          .execute()
      ).map(toEvent),
  };
}
