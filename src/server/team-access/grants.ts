import { sql, type Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import type { Tx } from '../database/transact.ts';
import { offsetOf, type Page } from '../http/pagination.ts';
import { refuse } from '../http/refusal.ts';

/** What teams have access to, by the table that says so. */
const COLUMNS = { team_workspace: 'workspace_id', team_project: 'project_id' } as const;

type Table = keyof typeof COLUMNS;

/**
 * The access of teams, or of one team, to one workspace or project, in the order in which it was given.
 */
export async function listGrants<Which extends Table>(
  db: Kysely<Database>,
  table: Which,
  { id, teamId }: { id: string; teamId: string | undefined },
  page: Page,
): Promise<{ grants: Row<Which>[]; totalCount: number }> {
  const all = sql`from ${sql.table(table)} where ${sql.ref(COLUMNS[table])} = ${id}
    and ${teamId === undefined ? sql`true` : sql`team_id = ${teamId}`}`;
  const { rows: counted } = await sql<{ count: number }>`select count(*) as count ${all}`.execute(db);
  const { rows: grants } = await sql<Row<Which>>`
    select * ${all} order by created_at, id limit ${page.size} offset ${offsetOf(page)}`.execute(db);
  return { grants, totalCount: counted[0]?.count ?? 0 };
}

/** One as it is now, locked: of two changes at the same time neither undoes the other. @throws 404 when it is gone */
export async function lockGrant<Which extends Table>(tx: Tx, table: Which, id: string): Promise<Row<Which>> {
  const { rows } = await sql<Row<Which>>`
    select * from ${sql.table(table)} where id = ${id} for update`.execute(tx);
  return rows[0] ?? refuse('not_found');
}
