import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { transact } from '../database/transact.ts';
import { topics, type WakeUps } from '../live/wake-ups.ts';
import { canonicalForm, hashEntry, LATE_MS, NO_HASH, readHead, selectUnsealed, type Seal } from './chain.ts';

/** One server seals at a time; the others find nothing left to do. */
const SEAL_LOCK_ID = 7_290_114_503_218_442;
const BATCH = 200;
/** How long a written entry may wait for more. */
const AFTER_MS = 5_000;
/** How often to look for entries that a stopped server has left. */
const EVERY_MS = 60_000;
const ANNOUNCE_EVERY_MS = 60 * 60 * 1_000;

export interface Sealer {
  /** Chains all committed entries. @returns how many */
  seal(): Promise<number>;
  /** Seals once more and stops. */
  stop(): Promise<void>;
}

export interface SealerOptions {
  db: Kysely<Database>;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  wakeUps: Pick<WakeUps, 'wait'>;
  everyMs?: number;
}

/**
 * Chains committed entries in the order of their sequence, a few seconds after their commit (docs/adr/0061). A batch is
 * one transaction: after a kill, the next round begins where the last commit ended.
 */
export function startSealer({ db, log, wakeUps, everyMs = EVERY_MS }: SealerOptions): Sealer {
  // An entry with a lower sequence can still be committed, but not for long: an entry that was sealed a while ago is
  // the floor, and lower ones are not looked for. The first round of a server looks at everything.
  let floor = 0;
  let highest = 0;
  const marks: { atMs: number; sequence: number }[] = [];
  let announcedAtMs = 0;

  const round = async (): Promise<number> => {
    let count = 0;
    for (let after = floor; ; after = highest) {
      const batch = await sealBatch(db, after);
      if (batch === undefined) break;
      count += batch.count;
      highest = Math.max(highest, batch.highest);
      if (Date.now() - announcedAtMs > ANNOUNCE_EVERY_MS) {
        announcedAtMs = Date.now();
        const { position, hash } = batch.head;
        log.info({ position, hash }, 'the audit trail is sealed up to here');
      }
      if (batch.count < BATCH) break;
    }
    const now = Date.now();
    if (marks.at(-1)?.sequence !== highest) marks.push({ atMs: now, sequence: highest });
    while (marks[0] !== undefined && marks[0].atMs < now - LATE_MS) floor = marks.shift()?.sequence ?? floor;
    return count;
  };

  let running: Promise<number> = Promise.resolve(0);
  const seal = (): Promise<number> => (running = running.catch(() => 0).then(round));
  const stopping = new AbortController();
  const { signal } = stopping;
  const keepSealing = async (): Promise<void> => {
    // The first round seals the entries that a stopped server has left.
    let written = wakeUps.wait(topics.audit, everyMs / 12, signal);
    for (;;) {
      await written;
      await sleep(Math.min(AFTER_MS, everyMs), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      written = wakeUps.wait(topics.audit, everyMs, signal);
      await seal().catch((error: unknown) =>
        log.error({ err: error }, 'the audit trail could not be sealed'),
      );
    }
  };
  const keeping = keepSealing();
  return {
    seal,
    async stop() {
      stopping.abort();
      await keeping;
      await seal();
    },
  };
}

/** @returns undefined when there is nothing to seal, or another server does it */
async function sealBatch(
  db: Kysely<Database>,
  after: number,
): Promise<{ count: number; highest: number; head: Seal } | undefined> {
  const waiting = await selectUnsealed(db, after).select('e.sequence').limit(1).executeTakeFirst();
  if (waiting === undefined) return undefined;
  return await transact(db, async (tx) => {
    const { rows } = await sql<{ mine: boolean; now: Date }>`
      select pg_try_advisory_xact_lock(${sql.lit(SEAL_LOCK_ID)}) as mine, now() as now`.execute(tx);
    const [{ mine, now } = { mine: false, now: new Date() }] = rows;
    if (!mine) return undefined;
    let head = await readHead(tx);
    const entries = await selectUnsealed(tx, after)
      .select(['e.sequence', canonicalForm.as('canonical')])
      .orderBy('e.sequence')
      .limit(BATCH)
      .execute();
    if (entries.length === 0) return undefined;
    // It is not known yet which entries follow a full batch.
    const completeUntil = entries.length < BATCH ? now : (head?.complete_until ?? new Date(0));
    const seals: (Seal & { sequence: number })[] = [];
    for (const { sequence, canonical } of entries) {
      const position = (head?.position ?? 0) + 1;
      const hash = hashEntry(head?.hash ?? NO_HASH, position, completeUntil, canonical);
      head = { position, hash, complete_until: completeUntil };
      seals.push({ ...head, sequence });
    }
    await tx.insertInto('audit_seal').values(seals).execute();
    return { count: seals.length, highest: seals.at(-1)?.sequence ?? after, head: head as Seal };
  });
}
