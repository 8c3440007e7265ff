import type * as z from 'zod';

/** Names of JSON for what schemas expect. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/**
 * What is said of a value whose schema has no words of its own: what it must be, and what was sent. Begins with "must",
 * so that the name of the value can stand before it. Undefined for issues that schemas always have words for.
 */
export function issueWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? issue.expected}${sent(issue.input)}`;
    case 'invalid_value':
      return `must be ${alternatives(issue.values.map((value) => JSON.stringify(value)))}`;
    case 'invalid_union':
      return unionWords(issue.errors, issue.input);
    case 'too_small':
      return `must ${bound(issue.origin, 'least', issue.minimum)}`;
    case 'too_big':
      return `must ${bound(issue.origin, 'most', issue.maximum)}`;
    case 'unrecognized_keys':
      return `must not have ${alternatives(issue.keys.map((key) => JSON.stringify(key.slice(0, 100))))}: it is not known here`;
    case 'invalid_format':
      return FORMATS[issue.format];
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
      return undefined;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an e-mail address',
  url: 'must be a URL like "https://example.com/path"',
  datetime: 'must be a time like 2027-01-31T12:00:00Z',
  date: 'must be a date like 2027-01-31',
};

const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

function bound(origin: string, end: 'least' | 'most', limit: number | bigint): string {
  const counted = COUNTED[origin];
  if (counted === undefined) return `be at ${end} ${limit}`;
  return `have at ${end} ${limit} ${Number(limit) === 1 ? counted[0] : counted[1]}`;
}

/** One of several forms: the words of the forms of the same kind as what was sent, or the names of all kinds. */
function unionWords(errors: z.core.$ZodIssue[][], input: unknown): string | undefined {
  const firsts = errors.flatMap(([first]) => (first === undefined ? [] : [first]));
  const closer = firsts.find(({ code, path }) => path.length > 0 || code !== 'invalid_type');
  if (closer !== undefined) {
    const place = closer.path.map(String).join('/');
    return place === '' ? closer.message : `must have another form: ${place} ${closer.message}`;
  }
  const expected = firsts.flatMap((first) => (first.code === 'invalid_type' ? [first.expected] : []));
  if (expected.length === 0) return undefined;
  return `must be ${alternatives([...new Set(expected.map((kind) => KINDS[kind] ?? kind))])}${sent(input)}`;
}

function sent(input: unknown): string {
  if (input === undefined) return ', and is missing';
  if (input === null) return ', not null';
  // A parameter that is converted and is no number: what it must be says enough.
  if (Number.isNaN(input)) return '';
  if (typeof input === 'number')
    return Number.isFinite(input) ? `, not ${input}` : ', not a number beyond 1e308';
  if (typeof input === 'boolean') return `, not ${input}`;
  if (typeof input === 'string') return ', not a string';
  return Array.isArray(input) ? ', not a list' : ', not an object';
}

function alternatives(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
