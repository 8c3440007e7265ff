import { sql, type Kysely } from 'kysely';
import type { ClaimRequest } from '../../protocol/agent.ts';
import type { Platform } from '../context.ts';
import type { Database } from '../database/schema.ts';
import { countAgents, SILENT_AFTER_MS } from './agents.ts';

/** A runner that asks for work in a row is written down this often, so that each request does not cost a write. */
const WRITE_EVERY_MS = 30_000;
const KEPT_DAYS = 7;
const MOST_REMEMBERED = 1_000;

/** When this process last wrote each runner down, by its identity. */
const written = new WeakMap<Kysely<Database>, Map<string, number>>();

/** Records that a runner in no pool asks for work. */
export async function pingServerRunner(
  { db }: Platform,
  { name, identity = name }: Pick<ClaimRequest, 'name' | 'identity'>,
): Promise<void> {
  const known = written.get(db) ?? new Map<string, number>();
  written.set(db, known);
  const now = Date.now();
  if (now - (known.get(identity) ?? 0) < WRITE_EVERY_MS) return;
  if (known.size >= MOST_REMEMBERED) known.clear();
  known.set(identity, now);
  const seen = { name, last_seen_at: new Date(now) };
  await db
    .insertInto('server_runner')
    .values({ identity, ...seen })
    .onConflict((conflict) => conflict.column('identity').doUpdateSet(seen))
    .execute();
  await db
    .deleteFrom('server_runner')
    .where('last_seen_at', '<', sql<Date>`now() - ${sql.lit(KEPT_DAYS)} * interval '1 day'`)
    .execute();
}

/** Records that a runner in no pool takes no more steps. */
export async function recordServerRunnerExit({ db }: Platform, identity: string): Promise<void> {
  written.get(db)?.delete(identity);
  await db.deleteFrom('server_runner').where('identity', '=', identity).execute();
}

/** The runners that an organization's runs can get: those of its pools that are not drained, and those of the server. */
export async function countRunners(platform: Platform, organizationId: string): Promise<number> {
  const { db } = platform;
  const pools = await db
    .selectFrom('agent_pool')
    .select('id')
    .where('organization_id', '=', organizationId)
    .execute();
  const counts = await countAgents(
    platform,
    pools.map(({ id }) => id),
    { drained: false },
  );
  const pooled = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return pooled + (await countServerRunners(db));
}

/** A runner at work does not ask for more, and is known by the name that its step has. */
async function countServerRunners(db: Kysely<Database>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with seen as (select name from server_runner
      where last_seen_at > now() - ${sql.lit(SILENT_AFTER_MS)} * interval '1 millisecond')
    select (select count(*) from seen)::int + (select count(distinct runner_name) from run_phase
      where status = 'running' and agent_pool_id is null
        and runner_name not in (select name from seen))::int as count`.execute(db);
  return rows[0]?.count ?? 0;
}
