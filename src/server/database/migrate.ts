import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { DatabaseProblem } from './database-problem.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { OpenDatabase } from './open.ts';
import { transact } from './transact.ts';
import type { Tx } from './transact.ts';

/** Servers that start together migrate one after the other, and the later ones find nothing left to do. */
const MIGRATION_LOCK_ID = 7_290_114_503_218_441;

/**
 * Brings the schema up to date in one transaction: all of it or nothing.
 *
 * @returns the names of the migrations that ran
 * @throws DatabaseProblem `schema-too-new`
 */
export async function migrate(
  { db }: Pick<OpenDatabase, 'db'>,
  migrations: Record<string, Migration> = allMigrations,
): Promise<string[]> {
  return await transact(db, async (tx) => {
    // A rewrite of a big table may take long, and so may the wait for another server that migrates.
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK_ID)})`.execute(tx);

    const done = await readDone(tx);
    refuseUnknown(done.filter((name) => !(name in migrations)));
    if (done.length === Object.keys(migrations).length) return [];

    const migrator = new Migrator({ db: tx, provider: { getMigrations: async () => migrations } });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
    return results.map(({ migrationName }) => migrationName);
  });
}

async function readDone(tx: Tx): Promise<string[]> {
  const { rows: tables } = await sql<{ found: boolean }>`
    select to_regclass('kysely_migration') is not null as found`.execute(tx);
  if (!tables[0]?.found) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(tx);
  return rows.map(({ name }) => name);
}

function refuseUnknown(names: string[]): void {
  if (names.length === 0) return;
  throw new DatabaseProblem(
    'schema-too-new',
    `the database was migrated by a newer version of Runwright (${names.join(', ')}): run that version, or restore a backup`,
  );
}
