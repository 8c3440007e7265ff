import type { CompiledQuery, Kysely, QueryResult } from 'kysely';
import type { Database } from '../../src/server/database/schema.ts';

/** What ends and begins a transaction, and asks nothing. */
const FRAME = /^(begin|commit|rollback|start transaction|set transaction)/i;

/** The SQL that `act` has sent, in order; that of others at the same time is among it. */
export async function statementsOf(db: Kysely<Database>, act: () => Promise<unknown>): Promise<string[]> {
  const statements: string[] = [];
  const executor = db.getExecutor();
  const provideConnection = executor.provideConnection.bind(executor);
  executor.provideConnection = async (consume) =>
    await provideConnection(async (connection) => {
      const executeQuery = connection.executeQuery;
      connection.executeQuery = async <Row>(query: CompiledQuery, ...options: unknown[]) => {
        if (!FRAME.test(query.sql)) statements.push(query.sql);
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
