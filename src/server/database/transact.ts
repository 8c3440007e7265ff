import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';
import type { SqlPool } from './sql-pool.ts';

export type Tx = Transaction<Database>;

interface Scope {
  readonly db: Kysely<Database>;
  /** Work that was started inside and goes on afterwards (a timer, for example) still sees the scope: this tells it. */
  open: boolean;
  readonly outer: Scope | undefined;
}

const scopes = new AsyncLocalStorage<Scope>();
const effects = new WeakMap<Tx, (() => void)[]>();
/** The listener for changes of each database, and the database of each open transaction. */
const listeners = new WeakMap<Kysely<Database>, (topic: string) => void>();
const databases = new WeakMap<Tx, Kysely<Database>>();

const MAX_ATTEMPTS = 4;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
/** A newer server has changed the table meanwhile: the prepared statement would return other columns. */
const CHANGED_COLUMNS = '0A000';

export interface TransactOptions {
  /**
   * `run` only queries (and calls {@link afterCommit}), so it may run again when PostgreSQL gave up the transaction in
   * favour of another one.
   */
  repeatable?: boolean;
  /** Which commits of others the queries see: by default, each sees all commits before it. */
  isolation?: 'repeatable read';
}

/**
 * Runs `run` in one transaction: all of it happens when it resolves, nothing when it throws. Everything inside goes
 * through the given `tx`; using `db` there throws, because on the embedded database, which has one session, it would
 * wait for itself for ever. Never await the network inside.
 */
export async function transact<T>(
  db: Kysely<Database>,
  run: (tx: Tx) => Promise<T>,
  options: TransactOptions = {},
): Promise<T> {
  if (db.isTransaction) throw new Error('transact was given a transaction: pass the database itself');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(db, run, options.isolation ?? 'read committed');
    } catch (error) {
      if (!options.repeatable || attempt === MAX_ATTEMPTS || !isGivenUp(error)) throw error;
    }
  }
}

/**
 * Gives `read` the platform's database as of one moment: the several queries of a document or a list never show a row
 * in one part and miss it in another. Inside a transaction it uses that transaction's view.
 */
export async function inSnapshot<Handles extends { db: Kysely<Database> }, T>(
  handles: Handles,
  read: (handles: Handles) => Promise<T>,
): Promise<T> {
  if (handles.db.isTransaction) return await read(handles);
  return await transact(handles.db, async (tx) => await read({ ...handles, db: tx }), {
    repeatable: true,
    isolation: 'repeatable read',
  });
}

/** Runs `effect` once `tx` has committed, and never when it is rolled back. `effect` must not throw. */
export function afterCommit(tx: Tx, effect: () => void): void {
  const waiting = effects.get(tx);
  if (!waiting) throw new Error('afterCommit needs a transaction that transact opened');
  waiting.push(effect);
}

/**
 * Wakes the waiters for `topic` once `tx` has committed, for code that writes without a platform at hand. Like every
 * wake-up it is a hint: in a transaction that {@link transact} did not open there is none.
 */
export function announce(tx: Tx, topic: string): void {
  const db = databases.get(tx);
  if (db !== undefined) afterCommit(tx, () => listeners.get(db)?.(topic));
}

/** Calls `tell` for each topic that is announced in transactions on `db`. */
export function onAnnounced(db: Kysely<Database>, tell: (topic: string) => void): void {
  listeners.set(db, tell);
}

/** The pool with a check: a caller that takes a session must not be inside a transaction of the same database. */
export function guardPool(pool: SqlPool, owner: () => Kysely<Database>): SqlPool {
  return {
    ...(pool.Client && { Client: pool.Client }),
    options: pool.options,
    async connect() {
      for (let scope = scopes.getStore(); scope; scope = scope.outer) {
        if (scope.open && scope.db === owner()) {
          throw new Error(
            'the database was used inside a transaction on it: use the tx that the callback gets',
          );
        }
      }
      return pool.connect();
    },
    end: () => pool.end(),
  };
}

async function attemptOnce<T>(
  db: Kysely<Database>,
  run: (tx: Tx) => Promise<T>,
  isolation: 'read committed' | 'repeatable read',
): Promise<T> {
  const scope: Scope = { db, open: true, outer: scopes.getStore() };
  const waiting: (() => void)[] = [];
  const builder = db.transaction();
  const isolated = isolation === 'read committed' ? builder : builder.setIsolationLevel(isolation);
  const result = await isolated.execute(async (tx) => {
    effects.set(tx, waiting);
    databases.set(tx, db);
    try {
      return await scopes.run(scope, () => run(tx));
    } finally {
      scope.open = false;
      effects.delete(tx);
      databases.delete(tx);
    }
  });
  // Effects run outside this call's stack: a throwing one must not make the committed transaction look failed.
  for (const effect of waiting) queueMicrotask(effect);
  return result;
}

function isGivenUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK || code === CHANGED_COLUMNS;
}
