import { encodeParameter } from './parameter-text.ts';
import type { EmbeddedSession } from './embedded-session.ts';
import type { SqlClient, SqlPool } from './sql-pool.ts';

export interface EmbeddedPoolOptions {
  /** How long a caller waits for its turn before it gets an error: another one does not give the session back. */
  turnTimeoutMs?: number;
}

export interface EmbeddedPool extends SqlPool {
  /** Runs `act` in the turn of a caller, so that no transaction is open meanwhile. */
  inTurn<T>(act: () => Promise<T>): Promise<T>;
}

interface Waiting {
  take: () => void;
}

/**
 * A pool of one: each caller gets the embedded database's only session to itself, in the order of asking, until it
 * gives it back. So no query joins the open transaction of another caller.
 */
export function createEmbeddedPool(
  session: EmbeddedSession,
  options: EmbeddedPoolOptions = {},
): EmbeddedPool {
  const { turnTimeoutMs = 60_000 } = options;
  const queue: Waiting[] = [];
  let taken = false;
  let ended = false;

  function takeTurn(): Promise<void> {
    if (ended) return Promise.reject(new Error('the database is closed'));
    if (!taken) {
      taken = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        take() {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(new Error(`the database session was not given back within ${turnTimeoutMs} ms`));
      }, turnTimeoutMs);
      queue.push(waiting);
    });
  }

  function passTurn(): void {
    const next = queue.shift();
    if (next) next.take();
    else taken = false;
  }

  return {
    options: {},
    async connect() {
      await takeTurn();
      if (ended) {
        passTurn();
        throw new Error('the database is closed');
      }
      return createClient(session, passTurn);
    },
    async inTurn(act) {
      await takeTurn();
      try {
        return await act();
      } finally {
        passTurn();
      }
    },
    /** Waits for its turn like any other caller, so that it cuts no transaction short. */
    async end() {
      if (ended) return;
      await takeTurn();
      ended = true;
      passTurn();
      await session.close();
    },
  };
}

function createClient(session: EmbeddedSession, passTurn: () => void): SqlClient {
  let released = false;
  let mayBeInTransaction = false;

  async function query(sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
    if (released) throw new Error('this database session was given back already');
    const hadTransaction = mayBeInTransaction;
    mayBeInTransaction = true;
    const results = await session.query(sql, parameters.map(encodeParameter));
    mayBeInTransaction = results.reduce(
      (before, { command }) => staysInTransaction(before, command, sql),
      hadTransaction,
    );
    return results.length === 1 ? results[0] : results;
  }

  return {
    query: query as SqlClient['query'],
    release() {
      if (released) return;
      released = true;
      if (!mayBeInTransaction) passTurn();
      // If this fails, the session is gone, and the next caller learns that from its own query.
      else session.query('rollback', []).then(passTurn, passTurn);
    },
  };
}

/** `ROLLBACK` is also the tag of `rollback to savepoint`, which ends nothing; one rollback too many does no harm. */
function staysInTransaction(before: boolean, command: string, sql: string): boolean {
  if (command === 'BEGIN' || command.startsWith('START')) return true;
  if (command === 'COMMIT') return false;
  if (command === 'ROLLBACK') return !/^\s*rollback\s*;?\s*$/i.test(sql);
  return before;
}
