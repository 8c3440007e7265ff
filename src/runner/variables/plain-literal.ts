/** A collection inside more others than this is left to the parser. */
const MAX_DEPTH = 50;

/** Within lists, line breaks are space; between the entries of an object they separate. */
const SPACE = /(?:[ \t\n]|\r\n)*/y;
const BLANKS = /[ \t]*/y;
const SCALAR = /(?:true|false|null)\b(?!-)|-?(?:0|[1-9]\d*)(?:\.\d+)?(?![\w.-])|"[^"\\$%\p{Cc}]*"/uy;
/** A first key `for` would begin an expression. */
const KEY = /(?:(?!(?:for|true|false|null)\b)[A-Za-z_][A-Za-z0-9_]*(?![\w-])|"[^"\\$%\p{Cc}]*")/uy;
const ASSIGNMENT = /[ \t]*[=:](?!=)[ \t]*/y;
/** A comma, line breaks, or both. */
const BETWEEN_ENTRIES = /[ \t]*(?:,|\r?\n)(?:[ \t\n]|\r\n)*/y;

/**
 * Whether a text is certainly one literal HCL value: words, numbers and texts without escapes, in lists and objects.
 * False says nothing: the parser decides then. Most values of variables need no parser this way, whose start takes
 * longer than terraform's own.
 */
export function isPlainLiteral(text: string): boolean {
  const end = skipValue(text, 0, 0);
  return end !== undefined && (end === text.length || text.slice(end) === '\n');
}

/** The end of the value that begins at `from`; undefined when there is no plain one. */
function skipValue(text: string, from: number, depth: number): number | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (text[from] === '[') return skipList(text, from + 1, depth);
  if (text[from] === '{') return skipObject(text, from + 1, depth);
  return skip(SCALAR, text, from);
}

function skipList(text: string, from: number, depth: number): number | undefined {
  let at = skipSpace(text, from);
  while (text[at] !== ']') {
    const end = skipValue(text, at, depth + 1);
    if (end === undefined) return undefined;
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
    else if (text[at] !== ']') return undefined;
  }
  return at + 1;
}

function skipObject(text: string, from: number, depth: number): number | undefined {
  let at = skipSpace(text, from);
  while (text[at] !== '}') {
    const key = skip(KEY, text, at);
    const value = key === undefined ? undefined : skip(ASSIGNMENT, text, key);
    const end = value === undefined ? undefined : skipValue(text, value, depth + 1);
    if (end === undefined) return undefined;
    const next = skip(BETWEEN_ENTRIES, text, end);
    at = next ?? skip(BLANKS, text, end) ?? end;
    if (next === undefined && text[at] !== '}') return undefined;
  }
  return at + 1;
}

const skipSpace = (text: string, from: number): number => skip(SPACE, text, from) ?? from;

function skip(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
