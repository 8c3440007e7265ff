import { setTimeout as sleep } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Database } from '../database/schema.ts';
import { belongTo } from './belonging.ts';
import type { BlobStore } from './blob-store.ts';
import type { Removable } from './stored-files.ts';

/**
 * Deletes the files that no row of the database names any more: those of deleted workspaces, deleted archives, states
 * that a later report of the same apply has replaced, and uploads that were never committed.
 *
 * A file is written before the row that names it, so a file younger than {@link KEEP_MS} always stays; no upload takes
 * that long. Writing the same bytes again renews the file's date, and no row ever takes over the name of an old file
 * that no other row has. After a kill at any point, the next round continues (docs/adr/0080).
 */

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Files are kept this long, so that an operator who restored an older database can still go back. */
const KEEP_MS = 7 * DAY_MS;
const EVERY_MS = DAY_MS;
const FIRST_AFTER_MS = 10 * 60 * 1_000;
const BATCH = 500;
/** The pause between batches: a sweep is never in a hurry. */
const PAUSE_MS = 20;

export interface Sweeper {
  /** One round over all files. @returns how many were removed */
  sweep(): Promise<{ blobs: number; logs: number }>;
  stop(): Promise<void>;
}

/** The stores to sweep, and the log that gets the report. */
export interface Swept {
  db: Kysely<Database>;
  blobs: BlobStore;
  logs: Removable;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

export function startSweeper(swept: Swept, { keepMs = KEEP_MS } = {}): Sweeper {
  const stopping = new AbortController();
  const sweep = async () => {
    if (!(await belongTo(swept.db, swept.blobs))) {
      swept.log.error(
        { place: swept.blobs.place },
        'these files belong to another database: none is deleted. Start the server with the database they were made with',
      );
      return { blobs: 0, logs: 0 };
    }
    const unusedSince = new Date(Date.now() - keepMs);
    const remove = async (store: Removable, namesOf: typeof blobsNamed): Promise<number> => {
      let count = 0;
      for await (const all of store.names()) {
        for (let start = 0; start < all.length; start += BATCH) {
          stopping.signal.throwIfAborted();
          const names = all.slice(start, start + BATCH);
          const named = await namesOf(swept, names);
          for (const name of names) {
            if (!named.has(name) && (await store.remove(name, unusedSince))) count += 1;
          }
          await sleep(PAUSE_MS, undefined, { signal: stopping.signal });
        }
      }
      return count;
    };
    const removed = {
      blobs: await remove(swept.blobs, blobsNamed),
      logs: await remove(swept.logs, logsNamed),
    };
    if (removed.blobs + removed.logs > 0) swept.log.info(removed, 'files that nothing names are deleted');
    return removed;
  };

  let running: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const sweepAfter = (ms: number): void => {
    timer = setTimeout(() => {
      running = sweep()
        .catch((error: unknown) => {
          if (!stopping.signal.aborted) swept.log.error({ err: error }, 'files could not be swept');
        })
        .then(() => {
          if (!stopping.signal.aborted) sweepAfter(EVERY_MS);
        });
    }, ms);
    timer.unref();
  };
  sweepAfter(FIRST_AFTER_MS);
  return {
    sweep,
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** The blobs that a row names. Every column that holds a blob's name is here, each with an index. */
async function blobsNamed({ db }: Swept, names: readonly string[]): Promise<Set<string>> {
  const list = sql.join(names);
  const { rows } = await sql<{ name: string }>`
    select sha256 as name from configuration_version where sha256 in (${list})
    union select sha256 from mirrored_provider where sha256 in (${list})
    union select sha256 from phase_artifact where sha256 in (${list})
    union select sha256 from policy_set_version where sha256 in (${list})
    union select sha256 from registry_module_version where sha256 in (${list})
    union select sha256 from registry_provider_platform where sha256 in (${list})
    union select sha256 from state_version where sha256 in (${list})
    union select json_state_sha256 from state_version where json_state_sha256 in (${list})
    union select errored_state_sha256 from run_phase where errored_state_sha256 in (${list})
    union select snapshot->>'sha256' from run_phase where snapshot->>'sha256' in (${list})`.execute(db);
  return new Set(rows.map(({ name }) => name));
}

/** A log has the id of its plan or apply. */
async function logsNamed({ db }: Swept, names: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('run_phase').select('id').where('id', 'in', names).execute();
  return new Set(rows.map(({ id }) => id));
}
