import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Database } from '../../src/server/database/schema.ts';

/** Statements that only begin or end a transaction. */
const FRAME = /^(begin|commit|rollback|start transaction|set transaction)/i;

/** The SQL statements sent while `act` runs, in order, including those of other code at the same time. */
export const statementsOf = async (db: Kysely<Database>, act: () => Promise<unknown>): Promise<string[]> =>
  (await recordStatements(db, act)).map(({ sql }) => sql);

/** Like {@link statementsOf}, with the values of the parameters. */
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
