/** The used part of pg's Pool, so that one dialect drives both databases. */
import type { PostgresPool, PostgresPoolClient } from 'kysely';

export type SqlPool = PostgresPool;
export type SqlClient = PostgresPoolClient;

export type Row = Record<string, unknown>;

/**
 * Runs SQL in a session of its own; without parameters the text may hold several statements, whose rows are then
 * joined. A session whose statement failed is not used again as it is: it may be inside a broken transaction.
 */
export async function runSql(
  pool: SqlPool,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = await pool.connect();
  let failed = true;
  try {
    const result: { rows: Row[] } | { rows: Row[] }[] = await client.query<Row>(sql, parameters);
    failed = false;
    return [result].flat().flatMap(({ rows }) => rows ?? []);
  } finally {
    client.release(failed);
  }
}
