import pg from 'pg';
import { columnParsers } from './column-values.ts';
import { DatabaseProblem } from './database-problem.ts';

const OLDEST_SERVER = 15;
const CONNECT_TIMEOUT_MS = 10_000;
/** A statement that takes longer holds locks that runs wait for: it is better that it fails. */
const STATEMENT_TIMEOUT_MS = 60_000;
const IDLE_TRANSACTION_TIMEOUT_MS = 60_000;

const postgresTypes: pg.CustomTypesConfig = {
  getTypeParser(id, format) {
    const parse = format === 'binary' ? undefined : columnParsers[id];
    return parse ?? pg.types.getTypeParser(id, format);
  },
};

export interface PostgresPoolOptions {
  databaseUrl: string;
  /** Sessions at the same time. */
  maxSessions?: number;
  /** Called when an idle session breaks; the pool opens a new one by itself. */
  onIdleError: (error: Error) => void;
}

/** Opens the pool and one session in it, to check at the start that it works. @throws DatabaseProblem */
export async function openPostgresPool(options: PostgresPoolOptions): Promise<pg.Pool> {
  const { databaseUrl, maxSessions = 10, onIdleError } = options;
  const address = describeAddress(databaseUrl);
  const settings: pg.PoolConfig & { onConnect(client: pg.PoolClient): Promise<void> } = {
    connectionString: databaseUrl,
    max: maxSessions,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'runwright',
    types: postgresTypes,
    async onConnect(client) {
      // These are statements, not start-up options, which poolers in between refuse.
      await client.query(
        `set timezone = 'UTC'; set datestyle = 'ISO';
         set statement_timeout = ${STATEMENT_TIMEOUT_MS};
         set idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_TIMEOUT_MS}`,
      );
    },
  };
  const pool = new pg.Pool(settings);
  pool.on('error', onIdleError);
  try {
    await checkServer(pool, address);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return pool;
}

async function checkServer(pool: pg.Pool, address: string): Promise<void> {
  let version: string;
  try {
    const { rows } = await pool.query<{ server_version: string }>('show server_version');
    version = rows[0]?.server_version ?? '0';
  } catch (error) {
    throw new DatabaseProblem(
      'unreachable',
      `cannot use the PostgreSQL database of DATABASE_URL (${address}): ${describeFailure(error)}`,
      { cause: error },
    );
  }
  if (Number.parseInt(version, 10) >= OLDEST_SERVER) return;
  throw new DatabaseProblem(
    'server-too-old',
    `the PostgreSQL server of DATABASE_URL (${address}) has version ${version}; ${OLDEST_SERVER} or newer is needed`,
  );
}

/** `user@host:port/name`, without the password. @throws DatabaseProblem `wrong-address` */
export function describeAddress(databaseUrl: string): string {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : null;
  if (url?.protocol !== 'postgres:' && url?.protocol !== 'postgresql:') {
    throw new DatabaseProblem(
      'wrong-address',
      'DATABASE_URL is not a PostgreSQL address like postgres://user:password@host:5432/name',
    );
  }
  const user = url.username === '' ? '' : `${url.username}@`;
  return `${user}${url.host || (url.searchParams.get('host') ?? 'localhost')}${url.pathname}`;
}

/** Several addresses of one host fail together as one error without a text of its own. */
function describeFailure(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describeFailure).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
