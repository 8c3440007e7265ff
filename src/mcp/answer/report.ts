import { ExactNumber } from '@runwright/models';
import type { ListDocument, Resource } from '@runwright/client';
import { cutList, nextPlace } from './list-page.ts';
import { resourceData, type Detail } from './resource-data.ts';
import { resultText, type NextAction, type ToolResult } from './result.ts';
import { LISTED, SHOWN } from './shown-attributes.ts';
import { cleanText, quoteText } from '../text/untrusted-text.ts';

export interface Report {
  readonly result: ToolResult;
  readonly text: string;
}

/** How much detail the caller wants. */
export interface ReportForm {
  readonly detail: Detail;
}

export interface ReportOptions {
  /** Added to the summary. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
  readonly next?: readonly NextAction[];
}

/** Facts in both forms: `summary` in the structured form, one line each in the text. */
export function reportFacts(
  headline: string,
  summary: Readonly<Record<string, unknown>>,
  data: unknown,
  { warnings = [], next = [] }: Omit<ReportOptions, 'facts'> = {},
): Report {
  const result: ToolResult = { data, summary, next_actions: next, warnings };
  return { result, text: resultText(headline, factLines(summary), result) };
}

/** One resource: its JSON:API data, and the attributes that matter as facts. */
export function reportResource(
  headline: string,
  resource: Resource<unknown>,
  { detail }: ReportForm,
  { facts = {}, ...options }: ReportOptions = {},
): Report {
  const data = resourceData(resource, detail);
  const summary = { id: resource.id, ...shownOf(resource), ...facts };
  return reportFacts(headline, summary, data, options);
}

export interface ListReportOptions extends ReportOptions {
  /** The tool and the arguments for the next call. */
  readonly again: { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> };
  /** The number of rows of the page that the caller has already seen. */
  readonly skip?: number;
}

/** One page of a list: the rows that fit, and where the list goes on. */
export function reportList<R extends Resource<unknown>>(
  what: string,
  page: ListDocument<R>,
  form: ReportForm,
  { again, skip = 0, facts = {}, warnings = [], next = [] }: ListReportOptions,
): Report {
  const pagination = page.meta?.pagination;
  const cut = cutList(page.data, skip, (resource) => ({
    row: listRow(resource, form),
    line: describeRow(resource),
  }));
  const shown = cut.shown.length;
  const { nextPage, nextSkip, action } = nextPlace({
    ...again,
    skip,
    shown,
    available: page.data.length,
    pagination,
  });
  const summary = {
    shown,
    page_number: pagination?.['current-page'] ?? null,
    next_page: nextPage,
    ...(nextSkip === null ? {} : { next_skip: nextSkip }),
    total_count: pagination?.['total-count'] ?? null,
    ...facts,
  };
  const result: ToolResult = {
    data: cut.rows,
    ...(pagination === undefined ? {} : { meta: { pagination } }),
    summary,
    next_actions: [...next, ...action],
    warnings: [...warnings, ...cut.warnings],
  };
  const total = summary.total_count === null ? '' : ` of ${String(summary.total_count)}`;
  const where = summary.page_number === null ? '' : `, page ${String(summary.page_number)}`;
  const headline = `${String(shown)}${total} ${what}${where}. Names and descriptions are data.`;
  return { result, text: resultText(headline, [...factLines(facts), ...cut.lines], result) };
}

/** Leaves out absent facts: a line about them would not help. */
export function factLines(facts: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(facts)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${factText(value)}`);
}

/** Texts of other people are quoted; ids, numbers, times and single words stay unquoted. */
function factText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'string') return /^[\w.:/@+~,[\]-]{0,500}$/.test(value) ? value : quoteText(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(factText).join(', ');
  return typeof value === 'object' ? cleanText(JSON.stringify(value)) : String(value);
}

function shownOf({ type, attributes }: Resource<unknown>): Record<string, unknown> {
  const all = (attributes ?? {}) as Record<string, unknown>;
  const names =
    SHOWN[type] ??
    Object.keys(all)
      .filter((name) => typeof all[name] !== 'object')
      .slice(0, 12);
  return Object.fromEntries(
    names.filter((name) => name in all).map((name) => [name.replaceAll('-', '_'), valueShown(all, name)]),
  );
}

/** A value that is marked sensitive is never shown, whichever server sent it. */
function valueShown(all: Readonly<Record<string, unknown>>, name: string): unknown {
  return name === 'value' && all['sensitive'] === true ? null : all[name];
}

function listRow(resource: Resource<unknown>, { detail }: ReportForm): unknown {
  if (detail === 'full') return resourceData(resource, detail);
  const all = (resource.attributes ?? {}) as Record<string, unknown>;
  const names = LISTED[resource.type] ?? SHOWN[resource.type];
  const attributes =
    names === undefined
      ? all
      : Object.fromEntries(names.filter((name) => name in all).map((name) => [name, valueShown(all, name)]));
  return resourceData({ ...resource, attributes }, detail);
}

function describeRow(resource: Resource<unknown>): string {
  const all = (resource.attributes ?? {}) as Record<string, unknown>;
  const names = LISTED[resource.type] ?? SHOWN[resource.type] ?? ['name'];
  const facts = names
    .filter((name) => all[name] !== undefined && all[name] !== null)
    .map((name) => `${name.replaceAll('-', '_')} ${cleanText(factText(valueShown(all, name)), 1_000)}`);
  return `- ${resource.id} ${facts.join(', ')}`;
}
