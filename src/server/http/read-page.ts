import type { SelectQueryBuilder } from 'kysely';
import { offsetOf, type Page } from './pagination.ts';

/** One page of the rows of a query, in its order, and the number of all its rows. Not for a query that groups. */
export async function readPage<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  page: Page,
): Promise<{ rows: Row[]; totalCount: number }> {
  const { count } = await query
    .clearSelect()
    .clearOrderBy()
    .select((select) => select.fn.countAll<number>().as('count'))
    .$castTo<{ count: number }>()
    .executeTakeFirstOrThrow();
  const rows = await query.limit(page.size).offset(offsetOf(page)).execute();
  return { rows, totalCount: count };
}
