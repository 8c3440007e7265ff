import type { ListDocument, Pagination, Resource } from '@runwright/client';
import { fittingInto } from './fitting.ts';
import type { NextAction } from './result.ts';

/** The part of a list that a model can take at once, in each of an answer's two forms (mcp §4.1.1). */
const MAX_LIST_LENGTH = 36_000;
/** A longer row is shown with its values cut, so that the rows after it are reached. */
const MAX_ROW_LENGTH = 16_000;

export interface DrawnRow {
  readonly row: unknown;
  /** The same for clients that show text only. */
  readonly line: string;
}

export interface ListCut<R> {
  /** The resources that the answer has room for: at least one of a list that is not empty. */
  readonly shown: readonly R[];
  readonly rows: readonly unknown[];
  readonly lines: readonly string[];
  readonly warnings: readonly string[];
}

/** The rows of a page that fit into an answer, starting with row `skip`. */
export function cutList<R extends Resource<unknown>>(
  resources: readonly R[],
  skip: number,
  draw: (resource: R) => DrawnRow,
): ListCut<R> {
  const shown: R[] = [];
  const rows: unknown[] = [];
  const lines: string[] = [];
  const shortened: string[] = [];
  let [rowsLength, linesLength] = [0, 0];
  for (const resource of resources.slice(skip)) {
    const { row, line } = draw(resource);
    const fits = fittingInto(row, MAX_ROW_LENGTH);
    rowsLength += JSON.stringify(fits).length + 1;
    linesLength += line.length + 1;
    if (shown.length > 0 && Math.max(rowsLength, linesLength) > MAX_LIST_LENGTH) break;
    shown.push(resource);
    rows.push(fits);
    lines.push(line);
    if (fits !== row) shortened.push(`${resource.id} (${String(JSON.stringify(row).length)} characters)`);
  }
  const warnings = shortened.length === 0 ? [] : [`Too long to be shown whole: ${shortened.join(', ')}.`];
  return { shown, rows, lines, warnings };
}

export interface PagePlace {
  readonly tool: string;
  /** The arguments of the current call: the next call replaces `page_number`, `page_size` and `skip`. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The number of the page's rows that were left out, that are shown, and that exist. */
  readonly skip: number;
  readonly shown: number;
  readonly available: number;
  readonly pagination: Pagination | undefined;
}

export interface NextPlace {
  /** null at the end of the list. */
  readonly nextPage: number | null;
  /** The number of rows to skip on that page, where this answer ended inside it. */
  readonly nextSkip: number | null;
  readonly action: readonly NextAction[];
}

/** The start of the next answer: in the same page after the last shown row, or on the next page. */
export function nextPlace({
  tool,
  arguments: args,
  skip,
  shown,
  available,
  pagination,
}: PagePlace): NextPlace {
  const { skip: _, ...rest } = args;
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const end = skip + shown;
  if (end < available) {
    const page =
      pagination?.['current-page'] ?? (typeof args['page_number'] === 'number' ? args['page_number'] : 1);
    const left = available - end;
    return {
      nextPage: page,
      nextSkip: end,
      action: [
        {
          tool,
          arguments: { ...kept, page_number: page, skip: end },
          why: `the other ${String(left)} of this page`,
        },
      ],
    };
  }
  const nextPage = pagination?.['next-page'] ?? null;
  if (nextPage === null) return { nextPage, nextSkip: null, action: [] };
  return {
    nextPage,
    nextSkip: null,
    action: [{ tool, arguments: { ...kept, page_number: nextPage }, why: 'the next page' }],
  };
}

/**
 * Where a list goes on if no argument can start inside a page: with smaller pages, one of which starts where this
 * answer ends. Of the answers and sizes that line up, it takes those that show the most rows.
 * @param before the number of rows before this page
 * @param fits the number of rows of the page that fit, at least 1
 */
export function linedUpPage(
  before: number,
  fits: number,
): { readonly used: number; readonly page_number: number; readonly page_size: number } {
  let best = { used: 1, size: 1 };
  for (let size = 1; size <= fits; size += 1) {
    const used = fits - ((before + fits) % size);
    if (Math.min(used, size) >= Math.min(best.used, best.size)) best = { used, size };
  }
  return { used: best.used, page_number: (before + best.used) / best.size + 1, page_size: best.size };
}

/**
 * One page of a list that servers return whole, whatever page is asked for. An answer that already is that page stays
 * unchanged.
 */
export function pageOfWhole<R>(
  document: ListDocument<R>,
  { page_number, page_size }: { readonly page_number: number; readonly page_size: number },
): ListDocument<R> {
  const { data, meta } = document;
  const sent = meta?.pagination;
  if (sent?.['current-page'] === page_number && data.length <= page_size) return document;
  const pages = Math.ceil(data.length / page_size);
  return {
    ...document,
    data: data.slice((page_number - 1) * page_size, page_number * page_size),
    meta: {
      ...meta,
      pagination: {
        'current-page': page_number,
        'page-size': page_size,
        'prev-page': page_number === 1 ? null : page_number - 1,
        'next-page': page_number < pages ? page_number + 1 : null,
        'total-pages': pages,
        'total-count': data.length,
      },
    },
  };
}
