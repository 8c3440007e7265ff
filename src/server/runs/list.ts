import { sql, type Expression, type Kysely, type SqlBool } from 'kysely';
import * as z from 'zod';
import {
  operationPredicate,
  PlatformRunOperation,
  PlatformRunStatus,
  PlatformStatusGroup,
  REST_STATUSES,
  RunOperation,
  RunStatusGroup,
  SOURCE_ALIASES,
  sourceWord,
  statusesInGroup,
  type OperationFlags,
} from '@runwright/models';
import type { Database } from '../database/schema.ts';
import { userIdOf, type Caller } from '../access/caller.ts';
import { includeOf, oneOf } from '../http/list-query.ts';
import { PageQuery, offsetOf, type Page } from '../http/pagination.ts';
import { readPage } from '../http/read-page.ts';
import { RUN_INCLUDES } from './include-names.ts';
import type { Run } from './transitions.ts';

/** api-contract §2.5. Both vocabularies; an unknown word matches nothing. */
export const RunListQuery = PageQuery.extend({
  'filter[operation]': z.string().optional(),
  'filter[status]': z.string().optional(),
  'filter[source]': z.string().optional(),
  'filter[status_group]': z.string().optional(),
  'filter[timeframe]': z.string().optional(),
  'filter[agent_pool_names]': z.string().optional(),
  /** Only on this platform. */
  'filter[needs_confirmation]': oneOf('true', 'false'),
  'filter[mine]': oneOf('true', 'false'),
  'filter[older_than]': z.string().optional(),
  'filter[newer_than]': z.string().optional(),
  'search[user]': z.string().optional(),
  'search[commit]': z.string().optional(),
  'search[basic]': z.string().optional(),
  include: includeOf(RUN_INCLUDES),
});
export type RunListQuery = z.output<typeof RunListQuery>;

/** As {@link RunListQuery}, for a whole organization (api-contract §2.6). */
export const OrganizationRunListQuery = RunListQuery.extend({
  'filter[workspace_names]': z.string().optional(),
});
export type OrganizationRunListQuery = z.output<typeof OrganizationRunListQuery>;

/** Runs of the last year unless another time is requested; newest first. Not counted: see `hasMore`. */
export async function listOrganizationRuns(
  db: Kysely<Database>,
  caller: Caller,
  organizationId: string,
  readable: Expression<SqlBool>,
  query: OrganizationRunListQuery,
  page: Page,
): Promise<{ runs: Run[]; hasMore: boolean }> {
  const names = words(query['filter[workspace_names]'], (name) => name);
  const all = [
    byOperation(query['filter[operation]']) ?? EVERYTHING,
    ...conditions(caller, { ...query, 'filter[timeframe]': query['filter[timeframe]'] ?? 'year' }),
    names &&
      sql<SqlBool>`workspace_id in (select id from workspace
        where organization_id = ${organizationId} and name in (${sql.join(names)}))`,
  ].filter((condition) => condition !== undefined);
  const runs = await db
    .selectFrom('run')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where(readable)
    .where(sql.join(all, sql` and `) as Expression<SqlBool>)
    .orderBy('sequence', 'desc')
    .limit(page.size + 1)
    .offset(offsetOf(page))
    .execute();
  return { runs: runs.slice(0, page.size), hasMore: runs.length > page.size };
}

/** Leaves out plan-only runs unless they are requested; newest first. */
export async function listRuns(
  db: Kysely<Database>,
  caller: Caller,
  workspaceId: string,
  query: RunListQuery,
  page: Page,
): Promise<{ runs: Run[]; totalCount: number }> {
  const all = [byOperation(query['filter[operation]']) ?? NOT_PLAN_ONLY, ...conditions(caller, query)];
  const filtered = db
    .selectFrom('run')
    .where('workspace_id', '=', workspaceId)
    .where(sql.join(all, sql` and `) as Expression<SqlBool>);
  const { rows: runs, totalCount } = await readPage(filtered.selectAll().orderBy('sequence', 'desc'), page);
  return { runs, totalCount };
}

function conditions(caller: Caller, query: RunListQuery): Expression<SqlBool>[] {
  const all = [
    byStatus(query['filter[status]']),
    bySource(query['filter[source]']),
    byStatusGroup(query['filter[status_group]']),
    byTimeframe(query['filter[timeframe]']),
    ...bySearch(query),
    byPool(query['filter[agent_pool_names]']),
    beside(query['filter[older_than]'], '<'),
    beside(query['filter[newer_than]'], '>'),
    byWord(query['filter[needs_confirmation]'], IS_CONFIRMABLE),
    byWord(query['filter[mine]'], sql<SqlBool>`coalesce(created_by = ${userIdOf(caller)}::text, false)`),
  ];
  return all.filter((condition) => condition !== undefined);
}

const NOTHING = sql<SqlBool>`false`;
const EVERYTHING = sql<SqlBool>`true`;
/** The condition of `DEFAULT_OPERATIONS`, in the words of the index that counts such a list. */
const NOT_PLAN_ONLY = sql<SqlBool>`not plan_only`;

/** What `isConfirmable` of the models says of a run. */
const IS_CONFIRMABLE = sql<SqlBool>`(not generated_configuration and (status = 'planned_and_saved' or (
  status in (${sql.join(REST_STATUSES.map((status) => sql.lit(status)))}) and not plan_only
  and (has_changes or allow_empty_apply))))`;

/** Runs that were created before, or after, this one. */
function beside(runId: string | undefined, sign: '<' | '>'): Expression<SqlBool> | undefined {
  if (!runId) return undefined;
  return sql<SqlBool>`sequence ${sql.raw(sign)} (select other.sequence from run other
    where other.id = ${runId} and other.workspace_id = run.workspace_id)`;
}

function byWord(word: string | undefined, condition: Expression<SqlBool>): Expression<SqlBool> | undefined {
  if (word === undefined) return undefined;
  return word === 'true' ? condition : sql<SqlBool>`not (${condition})`;
}

const toLowerCase = (word: string): string => word.toLowerCase();

/** The words of a comma list; undefined when the filter is absent or empty. */
function words(text: string | undefined, normalize = toLowerCase): string[] | undefined {
  const list = (text ?? '').split(',').map((word) => normalize(word.trim()));
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

/** Runs with a step in one of these pools, and those that wait for their first step in a workspace that uses one. */
function byPool(text: string | undefined): Expression<SqlBool> | undefined {
  const names = words(text);
  if (names === undefined) return undefined;
  return sql<SqlBool>`exists (select from agent_pool where agent_pool.organization_id = run.organization_id
    and lower(agent_pool.name) in (${sql.join(names)}) and (
      exists (select from run_phase where run_phase.run_id = run.id and run_phase.agent_pool_id = agent_pool.id)
      or run.status in ('pending', 'fetching') and exists (select from workspace
        where workspace.id = run.workspace_id and workspace.agent_pool_id = agent_pool.id)))`;
}

function byOperation(text: string | undefined): Expression<SqlBool> | undefined {
  const known = z.union([RunOperation, PlatformRunOperation]);
  const operations = words(text)
    ?.map((word) => known.safeParse(word))
    .flatMap((parsed) => (parsed.success ? [parsed.data] : []));
  return (
    operations &&
    anyOf(
      operations.map((operation) => {
        const flags = Object.entries(operationPredicate(operation)) as [keyof OperationFlags, boolean][];
        const tests = flags.map(([flag, value]) => sql<SqlBool>`${sql.ref(FLAG_COLUMN[flag])} = ${value}`);
        return sql<SqlBool>`(${sql.join(tests, sql` and `)})`;
      }),
    )
  );
}

function columnIn(column: string, values: readonly string[]): Expression<SqlBool> {
  return values.length === 0 ? NOTHING : sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`;
}

function byStatus(text: string | undefined): Expression<SqlBool> | undefined {
  const statuses = words(text);
  return (
    statuses &&
    columnIn(
      'status',
      statuses.filter((status) => PlatformRunStatus.safeParse(status).success),
    )
  );
}

function bySource(text: string | undefined): Expression<SqlBool> | undefined {
  const sources = words(text);
  return (
    sources &&
    columnIn(
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
    columnIn(
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

/**
 * Users are found by a part of the creator's name. Runs have no commits yet, so a search for one finds none; a basic
 * search looks at the existing fields, and is ignored beside one of the others.
 */
function bySearch(query: RunListQuery): Expression<SqlBool>[] {
  const user = query['search[user]'] ?? '';
  const isForCommit = (query['search[commit]'] ?? '') !== '';
  const basic = query['search[basic]'] ?? '';
  if (isForCommit) return [NOTHING];
  if (user !== '') return [byCreator(pattern(user))];
  if (basic === '') return [];
  return [
    anyOf([
      sql<SqlBool>`message ilike ${pattern(basic)}`,
      sql<SqlBool>`id ilike ${pattern(basic)}`,
      byCreator(pattern(basic)),
    ]),
  ];
}

const pattern = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;

const byCreator = (username: string): Expression<SqlBool> =>
  sql<SqlBool>`created_by in (select users.id from users where users.username ilike ${username})`;
