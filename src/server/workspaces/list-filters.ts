import { sql, type Expression, type SqlBool } from 'kysely';
import * as z from 'zod';
import { includeOf, oneOf, sortOf } from '../http/list-query.ts';
import { PageQuery } from '../http/pagination.ts';
import { readTagFilters } from '../tags/tag-filters.ts';
import { WORKSPACE_INCLUDES } from './include-names.ts';

const text = z.string().optional();

/** api-contract §5.3. Loose for filters by tags, of which there may be many. */
export const WorkspaceListQuery = PageQuery.extend({
  'search[name]': text,
  'search[wildcard-name]': text,
  'search[tags]': text,
  'search[exclude-tags]': text,
  'filter[project][id]': text,
  'filter[current-run][status]': text,
  'filter[drifted]': oneOf('true', 'false'),
  'filter[tag-union]': oneOf('true', 'false'),
  'filter[tag-value-default-null]': oneOf('true', 'false'),
  sort: sortOf(
    'name',
    'current-run.created-at',
    'latest-change-at',
    'resource-count',
    'terraform-version',
    'last-applied-at',
  ),
  include: includeOf(WORKSPACE_INCLUDES),
}).loose();

/** Conditions on the table `workspace`, in a query that uses it under its own name. */
export function workspaceConditions(query: z.output<typeof WorkspaceListQuery>): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  const name = query['search[name]'];
  if (name) conditions.push(sql<SqlBool>`workspace.name ilike ${`%${escapePattern(name)}%`}`);
  const wildcard = query['search[wildcard-name]'];
  if (wildcard) {
    conditions.push(sql<SqlBool>`workspace.name ilike ${escapePattern(wildcard).replaceAll('*', '%')}`);
  }
  for (const tag of words(query['search[tags]'])) conditions.push(hasTag(tag));
  for (const tag of words(query['search[exclude-tags]'])) {
    conditions.push(sql<SqlBool>`not ${hasTag(tag)}`);
  }
  const projects = words(query['filter[project][id]']);
  if (projects.length > 0) conditions.push(sql<SqlBool>`workspace.project_id in (${sql.join(projects)})`);
  const drifted = query['filter[drifted]'];
  if (drifted) conditions.push(sql<SqlBool>`(${IS_DRIFTED}) = ${drifted === 'true'}`);
  const tagged = readTagFilters(query).map(({ key, value }) =>
    hasBinding(key, value ?? (query['filter[tag-value-default-null]'] === 'true' ? '' : undefined)),
  );
  if (query['filter[tag-union]'] === 'true' && tagged.length > 0) {
    conditions.push(sql<SqlBool>`(${sql.join(tagged, sql` or `)})`);
  } else conditions.push(...tagged);
  return conditions;
}

const IS_DRIFTED = sql<SqlBool>`exists (select from state_version
  where state_version.id = workspace.current_state_version_id and state_version.drifted > 0)`;

/** A plain tag, or the key of one with a value: terraform names keys here too. */
const hasTag = (name: string): Expression<SqlBool> =>
  sql<SqlBool>`(exists (select from workspace_tag join tag on tag.id = workspace_tag.tag_id
      where workspace_tag.workspace_id = workspace.id and tag.name = ${name.toLowerCase()})
    or exists (select from workspace_tag_binding
      where workspace_tag_binding.workspace_id = workspace.id and lower(key) = ${name.toLowerCase()})
    or exists (select from project_tag_binding
      where project_tag_binding.project_id = workspace.project_id and lower(key) = ${name.toLowerCase()}))`;

/** Includes a binding of the project, unless the workspace has another value for the key. */
const hasBinding = (key: string, value: string | undefined): Expression<SqlBool> => {
  const matches = value === undefined ? sql`true` : sql`binding.value = ${value}`;
  return sql<SqlBool>`(
    exists (select from workspace_tag_binding binding
      where binding.workspace_id = workspace.id and binding.key = ${key} and ${matches})
    or (exists (select from project_tag_binding binding
        where binding.project_id = workspace.project_id and binding.key = ${key} and ${matches})
      and not exists (select from workspace_tag_binding own
        where own.workspace_id = workspace.id and own.key = ${key})))`;
};

/** The statuses of which the current run must have one; empty: any. */
export const runStatuses = (query: z.output<typeof WorkspaceListQuery>): string[] =>
  words(query['filter[current-run][status]']);

/**
 * The order of a list, after a `-` in reverse; anything else: by name. The first three words are those of HCP Terraform,
 * the others are Runwright's own. Workspaces without a value come last both ways.
 */
export function workspaceOrder(sort: string | undefined): Expression<unknown> {
  const column = SORT_COLUMNS[(sort ?? '').replace(/^-/, '')] ?? sql`workspace.name`;
  return sort?.startsWith('-') ? sql`${column} desc nulls last` : sql`${column} asc nulls last`;
}

const SORT_COLUMNS: Record<string, Expression<unknown>> = {
  name: sql`workspace.name`,
  'current-run.created-at': sql`current_run.created_at`,
  // The definition of facts.ts.
  'latest-change-at': sql`greatest(workspace.updated_at, current_run.updated_at,
    (select created_at from state_version where state_version.id = workspace.current_state_version_id))`,
  'resource-count': sql`workspace.resource_count`,
  // By their numbers, so that 1.10 comes after 1.9; a word such as `latest` has none.
  'terraform-version': sql`(select array_agg(part[1]::numeric) from
    regexp_matches(workspace.terraform_version, '[0-9]+', 'g') part)`,
  'last-applied-at': sql`(select run.status_timestamps->>'applied-at' from run
    where run.workspace_id = workspace.id and run.status = 'applied' order by run.sequence desc limit 1)`,
};

const words = (list: string | undefined): string[] =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .slice(0, 100);

const escapePattern = (pattern: string): string => pattern.replaceAll(/[\\%_]/g, String.raw`\$&`);
