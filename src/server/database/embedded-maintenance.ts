import type { SqlPool } from './sql-pool.ts';
import { runSql } from './sql-pool.ts';

export interface Maintenance {
  /** Does at once the work that is due. */
  run(): Promise<MaintenanceReport>;
  /** Resolves when none of its work is under way any more. */
  stop(): Promise<void>;
}

export interface MaintenanceReport {
  checkpointed: boolean;
  vacuumed: string[];
}

export interface MaintenanceOptions {
  pool: SqlPool;
  onError: (error: unknown) => void;
  everyMs?: number;
}

/** Recovery after a crash replays the log since the last checkpoint, and the log's files are only reused after one. */
const CHECKPOINT_AFTER_BYTES = 16 * 1024 * 1024;

/** PostgreSQL's own rule for its autovacuum, which does not run in the embedded database. */
const tablesThatNeedVacuum = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_stat_all_tables s on s.relid = c.oid
  where c.relkind = 'r' and c.relpersistence = 'p' and n.nspname <> 'pg_toast'
    and (s.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0)
      or s.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0)
      or age(c.relfrozenxid) > 150000000)
  order by s.n_dead_tup desc`;

/** The position advances with each write. */
const position = `select pg_current_wal_insert_lsn()::text as lsn`;

const writtenSinceCheckpoint = `
  select pg_wal_lsn_diff(pg_current_wal_lsn(), redo_lsn)::int8 as bytes from pg_control_checkpoint()`;

/**
 * Keeps the embedded database small and quick to open. It takes its turn for each statement like any other caller, so
 * that nobody waits for more than one table's vacuum. A failure is only reported: the next round tries again.
 */
export function startMaintenance({ pool, onError, everyMs = 60_000 }: MaintenanceOptions): Maintenance {
  let stopped = false;
  let current: Promise<unknown> = Promise.resolve();
  let keptAt: unknown;

  async function maintain(): Promise<MaintenanceReport> {
    const vacuumed: string[] = [];
    const isUnchanged = async (): Promise<boolean> => (await runSql(pool, position))[0]?.['lsn'] === keptAt;
    if (stopped || (await isUnchanged())) return { checkpointed: false, vacuumed };
    for (const { name } of stopped ? [] : await runSql(pool, tablesThatNeedVacuum)) {
      if (stopped) break;
      await runSql(pool, `vacuum (analyze) ${String(name)}`);
      vacuumed.push(String(name));
    }
    const [written] = stopped ? [] : await runSql(pool, writtenSinceCheckpoint);
    const checkpointed = Number(written?.['bytes'] ?? 0) > CHECKPOINT_AFTER_BYTES;
    if (checkpointed) await runSql(pool, 'checkpoint');
    if (!stopped) keptAt = (await runSql(pool, position))[0]?.['lsn'];
    return { checkpointed, vacuumed };
  }

  function run(): Promise<MaintenanceReport> {
    const next = current.then(maintain);
    current = next.catch(() => {});
    return next;
  }

  const timer = setInterval(() => void run().catch(onError), everyMs);
  timer.unref();

  return {
    run,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await current;
    },
  };
}
