import { PostgresAdapter, PostgresDialect } from 'kysely';
import type { DialectAdapter } from 'kysely';

/**
 * PostgreSQL without Kysely's own migration lock, which is bound to the session: released in a transaction that failed,
 * it hides why it failed. migrate.ts takes one that ends with the transaction.
 */
export class UnlockedDialect extends PostgresDialect {
  override createAdapter(): DialectAdapter {
    return new UnlockedAdapter();
  }
}

class UnlockedAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
