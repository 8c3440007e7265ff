import { sql, type Kysely } from 'kysely';
import type { Database, Row } from '../database/schema.ts';
import { offsetOf, type Page } from '../http/pagination.ts';

/** What teams have access to, by the table that says so. */
const COLUMNS = { team_workspace: 'workspace_id', team_project: 'project_id' } as const;

/** The access of teams to one workspace or project, in the order in which it was given. */
export async function listGrants<Table extends keyof typeof COLUMNS>(
  db: Kysely<Database>,
  table: Table,
  id: string,
  page: Page,
): Promise<{ grants: Row<Table>[]; totalCount: number }> {
  const all = sql`from ${sql.table(table)} where ${sql.ref(COLUMNS[table])} = ${id}`;
  const { rows: counted } = await sql<{ count: number }>`select count(*) as count ${all}`.execute(db);
  const { rows: grants } = await sql<Row<Table>>`
    select * ${all} order by created_at, id limit ${page.size} offset ${offsetOf(page)}`.execute(db);
  return { grants, totalCount: counted[0]?.count ?? 0 };
}
