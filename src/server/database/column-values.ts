/**
 * How PostgreSQL's text becomes a value, one rule for both databases: the drivers' own defaults differ. Types that are
 * missing here have the same default in both (numbers, booleans, text, json; numeric stays text).
 */
import pg from 'pg';

type Parse = (text: string) => unknown;

const INT8 = 20;
const TEXT_ARRAY: number = 1009;
const DATE = 1082;
const TIMESTAMP = 1114;
const TIMESTAMPTZ = 1184;
const INTERVAL = 1186;
const INT8_ARRAY = 1016;
const TIMESTAMPTZ_ARRAY = 1185;

/** @throws RangeError for a number that JavaScript would round: no answer is better than a wrong one */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the 64-bit number ${text} is too big to be exact`);
  return value;
}

const MOMENT =
  /^(\d{4,})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

/**
 * PostgreSQL's text of a moment. `new Date` would take the years 1 to 99 for others, or for invalid.
 *
 * @throws RangeError for `infinity`, which the server never writes
 */
function parseDate(text: string): Date {
  const parts = MOMENT.exec(text);
  if (parts === null) throw new RangeError(`${text} is no moment`);
  const [year, month, day, hours, minutes, seconds] = parts.slice(1, 7).map(Number) as [
    ...[number, number, number, number, number, number],
  ];
  const milliseconds = Number((parts[7] ?? '').padEnd(3, '0').slice(0, 3));
  const sign = parts[8] === '-' ? -1 : 1;
  const [offsetHours = 0, offsetMinutes = 0, offsetSeconds = 0] = parts
    .slice(9, 12)
    .map((each) => Number(each ?? 0));
  const date = new Date(0);
  date.setUTCFullYear(parts[12] === undefined ? year : 1 - year, month - 1, day);
  date.setUTCHours(hours, minutes, seconds, milliseconds);
  const offset = sign * ((offsetHours * 60 + offsetMinutes) * 60 + offsetSeconds);
  return new Date(date.getTime() - offset * 1_000);
}
const keepText: Parse = (text) => text;
const parseTextArray: Parse = pg.types.getTypeParser(TEXT_ARRAY, 'text');

function parseArrayOf(parse: Parse): Parse {
  const parseElements = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(parseElements);
    return typeof value === 'string' ? parse(value) : value;
  };
  return (text) => parseElements(parseTextArray(text));
}

/** By the type's number in pg_type. */
export const columnParsers: Readonly<Record<number, Parse>> = {
  [INT8]: parseInt8,
  [TIMESTAMPTZ]: parseDate,
  // These three have no time zone or no exact length, so no Date is right for them.
  [DATE]: keepText,
  [TIMESTAMP]: keepText,
  [INTERVAL]: keepText,
  [INT8_ARRAY]: parseArrayOf(parseInt8),
  [TIMESTAMPTZ_ARRAY]: parseArrayOf(parseDate),
};
