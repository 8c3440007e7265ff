import { sql, type Expression, type SqlBool } from 'kysely';
import * as z from 'zod';
import type { Platform } from '../context.ts';
import { containing } from '../http/like-pattern.ts';
import { sortOf } from '../http/list-query.ts';
import type { Answer } from '../http/endpoint.ts';
import { PageQuery, paginate, wholePageOf, type Page, type WholeListQuery } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { tokenResource } from './document.ts';
import type { Token } from './service.ts';

type SortColumn = 'token.created_at' | 'creator.username' | 'token.expires_at' | 'token.last_used_at';
const COLUMNS: Record<string, SortColumn> = {
  'created-at': 'token.created_at',
  'created-by': 'creator.username',
  'expired-at': 'token.expires_at',
  'last-used-at': 'token.last_used_at',
};
const EXPIRY: Record<string, Expression<SqlBool>> = {
  active: sql`(token.expires_at is null or token.expires_at > now())`,
  expiring_in_7_days: sql`(token.expires_at > now() and token.expires_at <= now() + interval '7 days')`,
  expiring_in_30_days: sql`(token.expires_at > now() and token.expires_at <= now() + interval '30 days')`,
  expired: sql`token.expires_at <= now()`,
  no_expiration: sql`token.expires_at is null`,
};
/** `q` is a part of the team's name; at least one of the words of `filter[expiry_status]` must be true. */
export const TeamTokensQuery = PageQuery.extend({
  q: z.string().optional(),
  'filter[expiry_status]': z
    .string()
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .refine((words) => words.every((word) => Object.hasOwn(EXPIRY, word)), {
      error: 'may name active, expiring_in_7_days, expiring_in_30_days, expired, no_expiration',
    })
    .optional(),
  sort: sortOf('created-at', 'created-by', 'expired-at', 'last-used-at'),
});

/** The tokens of all teams of an organization. */
export async function listTeamTokens(
  { db }: Pick<Platform, 'db'>,
  organizationId: string,
  { q = '', sort = '', 'filter[expiry_status]': expiry = [] }: z.output<typeof TeamTokensQuery>,
  page: Page,
): Promise<{ tokens: Token[]; totalCount: number }> {
  let all = db
    .selectFrom('token')
    .innerJoin('team', 'team.id', 'token.team_id')
    .leftJoin('users as creator', 'creator.id', 'token.created_by')
    .where('team.organization_id', '=', organizationId);
  if (expiry.length > 0) {
    const wanted = expiry.flatMap((word) => EXPIRY[word] ?? []);
    all = all.where((where) => where.or(wanted));
  }
  if (q !== '') all = all.where('team.name', 'ilike', containing(q));
  const column = COLUMNS[sort.replace(/^-/, '')] ?? 'token.created_at';
  const { rows: tokens, totalCount } = await readPage(
    all
      .selectAll('token')
      .orderBy(column, (order) => (sort.startsWith('-') ? order.desc() : order.asc()).nullsLast())
      .orderBy('token.id'),
    page,
  );
  return { tokens, totalCount };
}

/** The tokens of one owner, oldest first, without their secrets. The caller has checked who may see them. */
export async function answerTokens(
  { db }: Pick<Platform, 'db'>,
  column: 'user_id' | 'team_id' | 'agent_pool_id',
  ownerId: string,
  query: z.output<typeof WholeListQuery>,
  url: string,
): Promise<Answer> {
  const page = wholePageOf(query);
  const own = db.selectFrom('token').where(column, '=', ownerId);
  const { rows: tokens, totalCount } = await readPage(
    own.selectAll().orderBy('created_at').orderBy('id'),
    page,
  );
  const data = tokens.map((token) => tokenResource(token));
  return { status: 200, body: { data, ...paginate(url, page, totalCount) } };
}
