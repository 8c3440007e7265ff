import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { CheckResult, DoctorSettings } from './check.ts';

const OLDEST_POSTGRES = 150_000;
const SKEW_LIMIT_MS = 30_000;

export async function checkDatabase(settings: DoctorSettings): Promise<CheckResult> {
  return settings.databaseUrl === undefined
    ? checkEmbedded(settings.homeFolder)
    : checkPostgres(settings.databaseUrl);
}

/** The data folder's lock must be free: it belongs to the one server that uses the embedded database. */
async function checkEmbedded(homeFolder: string): Promise<CheckResult> {
  const lockFile = path.join(homeFolder, 'lock');
  if (!existsSync(lockFile)) return { ok: true, found: 'embedded, made at the first start' };
  const { tryLock } = await import('fs-native-extensions');
  const file = await open(lockFile, 'a');
  try {
    // Closing the file releases the lock.
    return tryLock(file.fd)
      ? { ok: true, found: `embedded, in ${homeFolder}` }
      : {
          ok: true,
          found: `embedded, in use by a server that runs on ${homeFolder}`,
          fix: 'stop that server before starting another with the same folder',
        };
  } finally {
    await file.close();
  }
}

async function checkPostgres(databaseUrl: string): Promise<CheckResult> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    const startedMs = Date.now();
    const { rows } = await client.query<{ number: number; now_ms: number }>(
      `select current_setting('server_version_num')::int as number,
              (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('it answers nothing');
    return judge(row.number, row.now_ms - startedMs);
  } catch (error) {
    return {
      ok: false,
      found: `PostgreSQL cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'check DATABASE_URL, and that the database and user exist',
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function judge(versionNumber: number, skewMs: number): CheckResult {
  const version = `PostgreSQL ${String(Math.floor(versionNumber / 10_000))}`;
  if (versionNumber < OLDEST_POSTGRES) {
    return { ok: false, found: `${version} is too old`, fix: 'use PostgreSQL 15 or newer' };
  }
  return Math.abs(skewMs) < SKEW_LIMIT_MS
    ? { ok: true, found: `${version} answers` }
    : {
        ok: false,
        found: `${version} answers, its clock differs by ${String(Math.round(skewMs / 1000))} s`,
        fix: 'synchronize the clocks of both machines (NTP)',
      };
}
