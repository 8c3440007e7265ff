import { existsSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { ConfigProblem, readConfig, type Flags } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { verifyTrail, type Head, type Verdict } from './verify-trail.ts';

/**
 * `runwright audit verify` reads the database itself, so that no server has to be trusted. An embedded database is
 * verified while its server is stopped.
 *
 * @throws ConfigProblem, DatabaseProblem
 */
export async function verifyAuditTrail(
  env: NodeJS.ProcessEnv,
  flags: Pick<Flags, 'home' | 'databaseUrl'>,
  known?: Head,
): Promise<Verdict> {
  const { homeFolder, databaseUrl } = readConfig(env, flags);
  if (databaseUrl === undefined && !existsSync(path.join(homeFolder, 'database'))) {
    throw new ConfigProblem(`there is no database in ${homeFolder}: set --home or --database-url`);
  }
  const silent = { info: () => {}, warn: () => {} };
  const database = await openDatabase({ homeFolder, databaseUrl, logger: silent });
  try {
    const { rows } = await sql<{ found: boolean }>`
      select to_regclass('audit_seal') is not null as found`.execute(database.db);
    if (!rows[0]?.found) {
      throw new ConfigProblem('the database has no audit trail: start a server on it once, which adds it');
    }
    return await verifyTrail(database.db, known);
  } finally {
    await database.close();
  }
}
