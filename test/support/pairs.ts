/** Tables of everybody × everything, which take long: the two databases share them out. */
import { inject } from 'vitest';

const SHARES = 3;

/**
 * Whether a test tries this pair on its database: a third of each row and of each column is PostgreSQL's, the others are
 * the embedded one's, so that every statement runs on both and `npm test` tries every pair.
 */
export function isTried(row: number, column: number): boolean {
  const isOfPostgres = (row + column) % SHARES === 0;
  return isOfPostgres === (inject('databaseTemplate').kind === 'postgres');
}
