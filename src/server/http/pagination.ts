import * as z from 'zod';

/** Multiplied by the largest page size, it is still exact in JavaScript and in the database. */
const MAX_NUMBER = 90_000_000_000_000;

/** api-contract §1.4: out-of-range values are clamped, not refused. */
export const PageQuery = z.object({
  'page[number]': z
    .unknown()
    .optional()
    .transform((value) => clamp(value, 1, MAX_NUMBER, 1)),
  'page[size]': z
    .unknown()
    .optional()
    .transform((value) => clamp(value, 1, 100, 20)),
});

const MAX_WHOLE = 1_000;

/** As {@link PageQuery}, for lists that are answered whole when no page is requested; 0: not given. */
export const WholeListQuery = z.object({
  'page[number]': z
    .unknown()
    .optional()
    .transform((value) => clamp(value, 1, MAX_NUMBER, 0)),
  'page[size]': z
    .unknown()
    .optional()
    .transform((value) => clamp(value, 1, MAX_WHOLE, 0)),
});

export function wholePageOf(query: z.output<typeof WholeListQuery>): Page {
  const { 'page[number]': number, 'page[size]': size } = query;
  return number === 0 && size === 0
    ? { number: 1, size: MAX_WHOLE }
    : { number: number || 1, size: size || 20 };
}

export interface Page {
  number: number;
  size: number;
}

export const pageOf = (query: z.output<typeof PageQuery>): Page => ({
  number: query['page[number]'],
  size: query['page[size]'],
});

export const offsetOf = (page: Page): number => (page.number - 1) * page.size;

function clamp(value: unknown, min: number, max: number, otherwise: number): number {
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : Number.NaN;
  return Number.isNaN(number) ? otherwise : Math.min(Math.max(number, min), max);
}

function linker(requestUrl: string, page: Page): (number: number | null) => string | null {
  const [path = '', search = ''] = requestUrl.split('?', 2);
  return (number) => {
    if (number === null) return null;
    const query = new URLSearchParams(search);
    query.set('page[number]', String(number));
    query.set('page[size]', String(page.size));
    return `${path}?${query.toString()}`;
  };
}

const previousOf = (page: Page): number | null => (page.number > 1 ? page.number - 1 : null);

/** `links` and `meta` of a list answer; links repeat the request's own query. */
export function paginate(requestUrl: string, page: Page, totalCount: number) {
  const totalPages = Math.max(1, Math.ceil(totalCount / page.size));
  const previous = previousOf(page);
  const next = page.number < totalPages ? page.number + 1 : null;
  const link = linker(requestUrl, page);
  return {
    links: {
      self: link(page.number),
      first: link(1),
      prev: link(previous),
      next: link(next),
      last: link(totalPages),
    },
    meta: {
      pagination: {
        'current-page': page.number,
        'page-size': page.size,
        'prev-page': previous,
        'next-page': next,
        'total-pages': totalPages,
        'total-count': totalCount,
      },
    },
  };
}

/** As {@link paginate}, for lists that are too long to count (api-contract §1.4). */
export function paginateWithoutTotals(requestUrl: string, page: Page, hasMore: boolean) {
  const previous = previousOf(page);
  const next = hasMore ? page.number + 1 : null;
  const link = linker(requestUrl, page);
  return {
    links: { self: link(page.number), prev: link(previous), next: link(next) },
    meta: {
      pagination: {
        'current-page': page.number,
        'page-size': page.size,
        'prev-page': previous,
        'next-page': next,
      },
    },
  };
}
