import { z } from 'zod';
import type { Platform } from '../context.ts';
import { containing } from '../http/like-pattern.ts';
import { sortOf } from '../http/list-query.ts';
import { offsetOf, PageQuery, type Page } from '../http/pagination.ts';
import type { Token } from './service.ts';

type SortColumn = 'token.created_at' | 'creator.username' | 'token.expires_at' | 'token.last_used_at';
const COLUMNS: Record<string, SortColumn> = {
  'created-at': 'token.created_at',
  'created-by': 'creator.username',
  'expired-at': 'token.expires_at',
  'last-used-at': 'token.last_used_at',
};
/** `q` is a part of the name of the team. */
export const TeamTokensQuery = PageQuery.extend({
  q: z.string().optional(),
  sort: sortOf('created-at', 'created-by', 'expired-at', 'last-used-at'),
});

/** The tokens of all teams of an organization. */
export async function listTeamTokens(
  { db }: Pick<Platform, 'db'>,
  organizationId: string,
  { q = '', sort = '' }: z.output<typeof TeamTokensQuery>,
  page: Page,
): Promise<{ tokens: Token[]; totalCount: number }> {
  let all = db
    .selectFrom('token')
    .innerJoin('team', 'team.id', 'token.team_id')
    .leftJoin('users as creator', 'creator.id', 'token.created_by')
    .where('team.organization_id', '=', organizationId);
  if (q !== '') all = all.where('team.name', 'ilike', containing(q));
  const { count } = await all
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const column = COLUMNS[sort.replace(/^-/, '')] ?? 'token.created_at';
  const tokens = await all
    .selectAll('token')
    .orderBy(column, (order) => (sort.startsWith('-') ? order.desc() : order.asc()).nullsLast())
    .orderBy('token.id')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { tokens, totalCount: count };
}
