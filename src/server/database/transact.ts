import { AsyncLocalStorage } from 'node:async_hooks';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';
import type { SqlPool } from './sql-pool.ts';

export type Tx = Transaction<Database>;

interface Scope {
  readonly db: Kysely<Database>;
  /** Work that was started inside and goes on afterwards (a timer, say) still sees the scope: it must know. */
  open: boolean;
  readonly outer: Scope | undefined;
}

const scopes = new AsyncLocalStorage<Scope>();
const effects = new WeakMap<Tx, (() => void)[]>();
/** Who is notified of the changes of a database, and the database of each open transaction. */
const listeners = new WeakMap<Kysely<Database>, (topic: string) => void>();
const databases = new WeakMap<Tx, Kysely<Database>>();

const MAX_ATTEMPTS = 4;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
/** What was prepared would answer other columns: a newer server has changed the table meanwhile. */
const CHANGED_COLUMNS = '0A000';

export interface TransactOptions {
  /**
   * `run` does nothing but query (and {@link afterCommit}), so it may run again when PostgreSQL gave up the
   * transaction in favour of another one.
   */
  repeatable?: boolean;
  /** What the queries see of others' commits: those before each of them unless given. */
  isolation?: 'repeatable read';
}

/**
 * Runs `run` in one transaction: all of it happens when it resolves, nothing when it throws. Everything inside goes
 * through the `tx` that it is given; using `db` there throws, since on the embedded database, which has one session,
 * it would wait for itself for ever. Never await the network inside.
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
 * Everything that `read` asks the platform's database for, as of one moment: a document or a list made of several
 * queries never tells of a row in one part and misses it in another. Inside a transaction it is that one's view.
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

/** Has `effect` run once `tx` has committed: it does not when the transaction is rolled back. It must not throw. */
export function afterCommit(tx: Tx, effect: () => void): void {
  const waiting = effects.get(tx);
  if (!waiting) throw new Error('afterCommit needs a transaction that transact opened');
  waiting.push(effect);
}

/**
 * Wakes those who wait for `topic` once `tx` has committed, where the code that writes has no platform at hand. Like every
 * wake-up it is a hint: in a transaction that {@link transact} did not open there is none.
 */
export function announce(tx: Tx, topic: string): void {
  const db = databases.get(tx);
  if (db !== undefined) afterCommit(tx, () => listeners.get(db)?.(topic));
}

/** Has `tell` called for whatever is announced in transactions on `db`. */
export function onAnnounced(db: Kysely<Database>, tell: (topic: string) => void): void {
  listeners.set(db, tell);
}

/** The pool with a check: the caller that takes a session must not be inside a transaction of the same database already. */
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
  // Not in this call's stack: the transaction is committed, and an effect that throws must not make it look failed.
  for (const effect of waiting) queueMicrotask(effect);
  return result;
}

function isGivenUp(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK || code === CHANGED_COLUMNS;
}
