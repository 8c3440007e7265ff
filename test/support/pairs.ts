/** Slow tests of every caller with every case: the two databases share the pairs between them. */
import { inject } from 'vitest';

const SHARES = 3;

/**
 * Whether a test tries this pair on its database: PostgreSQL gets a third of each row and column, the embedded database
 * the rest, so that every statement runs on both and `npm test` tries every pair.
 */
export function isTried(row: number, column: number): boolean {
  const isOfPostgres = (row + column) % SHARES === 0;
  return isOfPostgres === (inject('databaseTemplate').kind === 'postgres');
}
