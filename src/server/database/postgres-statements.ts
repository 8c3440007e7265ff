import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { SqlClient, SqlPool } from './sql-pool.ts';

/** The server has fewer frequent statements than this. A session of PostgreSQL keeps some forty kilobytes for each. */
const CAPACITY = 250;
/** A statement that was sent this often will be sent again. */
const WORTH_IT = 2;

/** Another statement has changed the table: the prepared one would return other columns. */
const CHANGED_COLUMNS = '0A000';
/** A pooler in between has given the session to another client meanwhile. */
const OTHER_SESSION = new Set(['26000', '42P05']);

export interface PreparedPoolOptions {
  /** Called once, when statements are no longer prepared. */
  onUnprepared: (error: Error) => void;
}

/**
 * A pool whose sessions prepare frequent statements, so that PostgreSQL parses and plans each once in a session: that
 * is most of the cost of a short statement. A prepared statement that can no longer be used runs once more unprepared;
 * inside a transaction, which PostgreSQL has aborted with it, the caller gets the error, and the session is closed.
 */
export function prepareOften(pool: pg.Pool, { onUnprepared }: PreparedPoolOptions): SqlPool {
  const uses = new Map<string, number>();
  const names = new Map<string, string>();
  let prepares = true;

  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known !== undefined || !prepares || names.size === CAPACITY) return known;
    const count = (uses.get(text) ?? 0) + 1;
    if (count < WORTH_IT) {
      // Texts that are sent once (with a list of so many ids) must not fill the memory.
      if (uses.size >= CAPACITY * 4) uses.clear();
      uses.set(text, count);
      return undefined;
    }
    uses.delete(text);
    const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
    names.set(text, name);
    return name;
  }

  /** Whether the preparation is what failed. */
  function hears(error: unknown): error is Error {
    if (!(error instanceof Error) || !('code' in error)) return false;
    const code = String(error.code);
    if (code === CHANGED_COLUMNS && /cached plan/.test(error.message)) return true;
    if (!OTHER_SESSION.has(code)) return false;
    if (prepares) {
      prepares = false;
      names.clear();
      onUnprepared(error);
    }
    return true;
  }

  return {
    options: {},
    async connect() {
      const client = await pool.connect();
      let inTransaction = false;
      let isSpent = false;
      const run = async (text: string, values: readonly unknown[] | undefined): Promise<unknown> => {
        const name = values === undefined || values.length === 0 ? undefined : nameOf(text);
        if (name === undefined) return await client.query(text, values as unknown[]);
        try {
          return await client.query({ name, text, values: values as unknown[] });
        } catch (error) {
          if (!hears(error)) throw error;
          isSpent = true;
          if (inTransaction) throw error;
          return await client.query(text, values as unknown[]);
        }
      };
      return {
        async query(text: string, values?: readonly unknown[]) {
          const command = /^\s*(begin|start transaction|commit|rollback)\b(?!\s+to\b)/i.exec(text)?.[1];
          if (command !== undefined) inTransaction = /^(begin|start)/i.test(command);
          return await run(text, values);
        },
        release: (broken?: boolean) => client.release(broken === true || isSpent),
      } as SqlClient;
    },
    end: () => pool.end(),
  };
}
