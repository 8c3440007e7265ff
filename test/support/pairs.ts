/** Tables of everybody × everything, which take long: each database has the share that finds what is its own. */
import { inject } from 'vitest';

const SHARES = 3;

/**
 * Whether a test tries this pair on its database: all of them on the embedded one. What a server decides is the same on
 * PostgreSQL, which has each row and each column of the table in a third of its pairs, so that every statement runs there.
 */
export function isTried(row: number, column: number): boolean {
  return inject('databaseTemplate').kind === 'embedded' || (row + column) % SHARES === 0;
}
