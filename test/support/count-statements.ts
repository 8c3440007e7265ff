import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Database } from '../../src/server/database/schema.ts';

/** What begins and ends a transaction, and asks nothing. */
const FRAME = /^(begin|commit|rollback|start transaction|set transaction)/i;

/** The SQL that `act` has sent, in order; that of others at the same time is among it. */
export const statementsOf = async (db: Kysely<Database>, act: () => Promise<unknown>): Promise<string[]> =>
  (await recordStatements(db, act)).map(({ sql }) => sql);

/** As {@link statementsOf}, with the values of their parameters. */
export async function recordStatements(
  db: Kysely<Database>,
  act: () => Promise<unknown>,
): Promise<CompiledQuery[]> {
  const statements: CompiledQuery[] = [];
  const executor = db.getExecutor();
  const provideConnection = executor.provideConnection.bind(executor);
  executor.provideConnection = async (consume) =>
    await provideConnection(async (connection) => {
      const executeQuery = connection.executeQuery;
      connection.executeQuery = async <Row>(query: CompiledQuery, ...options: unknown[]) => {
        if (!FRAME.test(query.sql)) statements.push(query);
        return (await executeQuery.call(connection, query, ...(options as []))) as QueryResult<Row>;
      };
      try {
        return await consume(connection);
      } finally {
        connection.executeQuery = executeQuery;
      }
    });
  try {
    await act();
  } finally {
    executor.provideConnection = provideConnection;
  }
  return statements;
}
