import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Kysely } from 'kysely';
import { DatabaseProblem } from './database-problem.ts';
import { UnlockedDialect } from './dialect.ts';
import { startMaintenance } from './embedded-maintenance.ts';
import { createEmbeddedPool } from './embedded-pool.ts';
import { locateEmbeddedProgram } from './embedded-program.ts';
import { startEmbeddedSession } from './embedded-session.ts';
import { lockFolder } from './folder-lock.ts';
import { createLocalNotifications, createPostgresNotifications } from './notifications.ts';
import type { Notifications } from './notifications.ts';
import { createPostgresListener } from './postgres-listener.ts';
import { openPostgresPool } from './postgres-pool.ts';
import { prepareOften } from './postgres-statements.ts';
import type { Database } from './schema.ts';
import type { SqlPool } from './sql-pool.ts';
import { guardPool } from './transact.ts';

export interface OpenDatabase {
  readonly kind: 'embedded' | 'postgres';
  readonly db: Kysely<Database>;
  /** The sessions that `db` also uses, for libraries with their own SQL. */
  readonly pool: SqlPool;
  readonly notifications: Notifications;
  /** Null for a PostgreSQL server, which has its own tools. */
  readonly copyFiles: CopyFiles | null;
  close(): Promise<void>;
}

/** Copies the files of the embedded database as of one moment. @returns the folder, which the caller deletes */
export type CopyFiles = () => Promise<string>;

/** The part of the server's log that is needed here. */
export interface DatabaseLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface OpenDatabaseOptions {
  /** A PostgreSQL server's address; without one the database is embedded. */
  databaseUrl?: string | undefined;
  /** RUNWRIGHT_HOME. The embedded database lives in `database` below it; created when missing. */
  homeFolder: string;
  logger: DatabaseLog;
  /** The embedded database stopped by itself: every call fails from now on, so the server should end. */
  onCrash?: (problem: DatabaseProblem) => void;
  /** Sessions at the same time on a PostgreSQL server. */
  maxSessions?: number;
}

/** Opens the database, which {@link migrate} then brings up to date. @throws DatabaseProblem */
export async function openDatabase(options: OpenDatabaseOptions): Promise<OpenDatabase> {
  const { databaseUrl } = options;
  return databaseUrl === undefined || databaseUrl === ''
    ? await openEmbedded(options)
    : await openPostgres(options, databaseUrl);
}

async function openEmbedded({ homeFolder, logger, onCrash }: OpenDatabaseOptions): Promise<OpenDatabase> {
  const program = locateEmbeddedProgram();
  const lock = lockFolder(homeFolder);
  const copy = path.join(path.resolve(homeFolder), 'database.copy');
  try {
    // A server that was killed while it copied may have left this folder.
    await rm(copy, { recursive: true, force: true });
    const session = await startEmbeddedSession({
      program,
      folder: path.join(path.resolve(homeFolder), 'database'),
      onCrash: (problem) => onCrash?.(problem),
    });
    const sessions = createEmbeddedPool(session);
    const { db, pool } = connectKysely(sessions);
    const notifications = createLocalNotifications();
    const maintenance = startMaintenance({
      pool,
      onError: (error) => logger.warn({ err: error }, 'the upkeep of the embedded database failed'),
    });
    return {
      kind: 'embedded',
      db,
      pool,
      notifications,
      async copyFiles() {
        await rm(copy, { recursive: true, force: true });
        await sessions.inTurn(async () => await session.copyTo(copy));
        return copy;
      },
      close: closeOnce(async () => {
        await maintenance.stop();
        await notifications.close();
        await sessions.end();
        lock.release();
      }),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openPostgres(
  { logger, maxSessions }: OpenDatabaseOptions,
  databaseUrl: string,
): Promise<OpenDatabase> {
  const sessions = await openPostgresPool({
    databaseUrl,
    ...(maxSessions !== undefined && { maxSessions }),
    onIdleError: (error) => logger.warn({ err: error }, 'a connection to PostgreSQL broke'),
  });
  const prepared = prepareOften(sessions, {
    onUnprepared: (error) =>
      logger.warn({ err: error }, 'statements are not prepared: a pooler is in the way'),
  });
  const { db, pool } = connectKysely(prepared);
  const listener = createPostgresListener({
    databaseUrl,
    onError: (error) => logger.warn({ err: error }, 'notifications from PostgreSQL are interrupted'),
  });
  const notifications = createPostgresNotifications(pool, listener);
  return {
    kind: 'postgres',
    db,
    pool,
    notifications,
    copyFiles: null,
    close: closeOnce(async () => {
      await notifications.close();
      await sessions.end();
    }),
  };
}

function connectKysely(sessions: SqlPool): { db: Kysely<Database>; pool: SqlPool } {
  const pool = guardPool(sessions, () => db);
  const db: Kysely<Database> = new Kysely<Database>({ dialect: new UnlockedDialect({ pool }) });
  return { db, pool };
}

function closeOnce(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => (closing ??= close());
}
