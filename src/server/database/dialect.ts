import { PostgresAdapter, PostgresDialect } from 'kysely';
import type { DialectAdapter } from 'kysely';

/**
 * PostgreSQL without Kysely's own migration lock, which is bound to the session: its release in a failed transaction
 * hides why that failed. migrate.ts takes a lock that ends with the transaction.
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
