import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import { z } from 'zod';
import {
  DEFAULT_OPERATIONS,
  operationPredicate,
  PlatformRunOperation,
  PlatformRunStatus,
  PlatformStatusGroup,
  RunOperation,
  RunStatusGroup,
  SOURCE_ALIASES,
  sourceWord,
  statusesInGroup,
  type OperationFlags,
} from '@runwright/models';
import type { Database } from '../database/schema.ts';
import { PageQuery, offsetOf, type Page } from '../http/pagination.ts';
import type { Run } from './transitions.ts';

/** api-contract §2.5. Both vocabularies; a word nobody knows matches nothing. */
export const RunListQuery = PageQuery.extend({
  'filter[operation]': z.string().optional(),
  'filter[status]': z.string().optional(),
  'filter[source]': z.string().optional(),
  'filter[status_group]': z.string().optional(),
  'filter[timeframe]': z.string().optional(),
  'filter[agent_pool_names]': z.string().optional(),
  'search[user]': z.string().optional(),
  'search[commit]': z.string().optional(),
  'search[basic]': z.string().optional(),
  include: z.string().optional(),
});
export type RunListQuery = z.output<typeof RunListQuery>;

/** Newest first. */
export async function listRuns(
  db: Kysely<Database>,
  workspaceId: string,
  query: RunListQuery,
  page: Page,
): Promise<{ runs: Run[]; totalCount: number }> {
  const filtered = db
    .selectFrom('run')
    .where('workspace_id', '=', workspaceId)
    .where(sql.join(conditions(query), sql` and `) as Expression<SqlBool>);
  const { count } = await filtered
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const runs = await filtered
    .selectAll()
    .orderBy('sequence', 'desc')
    .limit(page.size)
    .offset(offsetOf(page))
    .execute();
  return { runs, totalCount: count };
}

function conditions(query: RunListQuery): Expression<SqlBool>[] {
  const all = [
    byOperation(query['filter[operation]']),
    byStatus(query['filter[status]']),
    bySource(query['filter[source]']),
    byStatusGroup(query['filter[status_group]']),
    byTimeframe(query['filter[timeframe]']),
    ...bySearch(query),
  ];
  // No agent pools are served yet, so no run has been in one.
  if (words(query['filter[agent_pool_names]']) !== undefined) all.push(NOTHING);
  return all.filter((condition) => condition !== undefined);
}

const NOTHING = sql<SqlBool>`false`;

/** The words of a comma list; undefined when the filter is absent or empty. */
function words(text: string | undefined): string[] | undefined {
  const list = (text ?? '').split(',').map((word) => word.trim().toLowerCase());
  return list.every((word) => word === '') ? undefined : list.filter((word) => word !== '');
}

const anyOf = (alternatives: Expression<SqlBool>[]): Expression<SqlBool> =>
  alternatives.length === 0 ? NOTHING : sql<SqlBool>`(${sql.join(alternatives, sql` or `)})`;

const FLAG_COLUMN: Record<keyof OperationFlags, string> = {
  planOnly: 'plan_only',
  isDestroy: 'is_destroy',
  savePlan: 'save_plan',
  refreshOnly: 'refresh_only',
  allowEmptyApply: 'allow_empty_apply',
};

function byOperation(text: string | undefined): Expression<SqlBool> {
  const known = z.union([RunOperation, PlatformRunOperation]);
  const operations = (words(text) ?? DEFAULT_OPERATIONS)
    .map((word) => known.safeParse(word))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  return anyOf(
    operations.map((operation) => {
      const flags = Object.entries(operationPredicate(operation)) as [keyof OperationFlags, boolean][];
      const tests = flags.map(([flag, value]) => sql<SqlBool>`${sql.ref(FLAG_COLUMN[flag])} = ${value}`);
      return sql<SqlBool>`(${sql.join(tests, sql` and `)})`;
    }),
  );
}

function oneOf(column: string, values: readonly string[]): Expression<SqlBool> {
  return values.length === 0 ? NOTHING : sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`;
}

function byStatus(text: string | undefined): Expression<SqlBool> | undefined {
  const statuses = words(text);
  return (
    statuses &&
    oneOf(
      'status',
      statuses.filter((status) => PlatformRunStatus.safeParse(status).success),
    )
  );
}

function bySource(text: string | undefined): Expression<SqlBool> | undefined {
  const sources = words(text);
  return (
    sources &&
    oneOf(
      'source',
      sources.flatMap((source) => {
        const word = sourceWord(source);
        return word === undefined ? [] : SOURCE_ALIASES[word];
      }),
    )
  );
}

function byStatusGroup(text: string | undefined): Expression<SqlBool> | undefined {
  const groups = words(text);
  const known = z.union([RunStatusGroup, PlatformStatusGroup]);
  return (
    groups &&
    oneOf(
      'status',
      groups.flatMap((group) => {
        const parsed = known.safeParse(group);
        return parsed.success ? statusesInGroup(parsed.data) : [];
      }),
    )
  );
}

/** A calendar year, or `year` for the last twelve months. */
function byTimeframe(text: string | undefined): Expression<SqlBool> | undefined {
  const [timeframe] = words(text) ?? [];
  if (timeframe === undefined) return undefined;
  if (timeframe === 'year') return sql<SqlBool>`created_at > now() - interval '1 year'`;
  if (!/^\d{4}$/.test(timeframe)) return NOTHING;
  const year = Number(timeframe);
  if (year < 1970) return NOTHING;
  return sql<SqlBool>`created_at >= make_timestamptz(${year}::int, 1, 1, 0, 0, 0, 'UTC')
    and created_at < make_timestamptz(${year + 1}::int, 1, 1, 0, 0, 0, 'UTC')`;
}

/** Runs have no commits or VCS users yet, so those searches find none; a basic search looks at what there is. */
function bySearch(query: RunListQuery): Expression<SqlBool>[] {
  if (words(query['search[user]']) !== undefined || words(query['search[commit]']) !== undefined)
    return [NOTHING];
  const basic = query['search[basic]'] ?? '';
  if (basic === '') return [];
  const pattern = `%${basic.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return [
    anyOf([
      sql<SqlBool>`message ilike ${pattern}`,
      sql<SqlBool>`id ilike ${pattern}`,
      sql<SqlBool>`exists (select from users where users.id = run.created_by and users.username ilike ${pattern})`,
    ]),
  ];
}
