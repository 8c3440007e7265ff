const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Deeper than any document of the API. */
export const MAX_DEPTH = 64;

/**
 * How many members the objects of a JSON text have together, or a sentence about JSON that costs more to read than its
 * length suggests: too many values, or nested too deep. Looks only at the bytes, before they are parsed; the parser
 * decides later whether they are JSON at all.
 *
 * @param maxValues how many values it may hold, keys of objects not counted
 */
export function survey(text: Buffer, maxValues: number): { members: number } | { excess: string } {
  let values = 1;
  let members = 0;
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at];
    if (isText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) {
      isText = true;
    } else if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values += 1;
      if (values > maxValues) return { excess: `The body holds more than ${maxValues} values.` };
      if (byte !== COMMA) depth += 1;
      if (depth > MAX_DEPTH) return { excess: `The body nests deeper than ${MAX_DEPTH} levels.` };
    } else if (byte === COLON) {
      members += 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return { members };
}

/** How many members the objects of a parsed value have together: fewer than its text, if one was written twice. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let members = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const child of Object.values(value)) members += countMembers(child);
  return members;
}

/** The path of the first member that is written twice in its object. The text must be JSON. */
export function findRepeated(text: string): string[] | undefined {
  const open: { names: Set<string> | undefined; at: string | number }[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const inner = open.at(-1);
    const letter = text[at];
    if (letter === '{') open.push({ names: new Set(), at: '' });
    else if (letter === '[') open.push({ names: undefined, at: 0 });
    else if (letter === '}' || letter === ']') open.pop();
    else if (letter === ',' && typeof inner?.at === 'number') inner.at += 1;
    else if (letter === '"') {
      const start = at;
      at = endOfText(text, start);
      if (inner?.names === undefined || !/^\s*:/.test(text.slice(at + 1, at + 100))) continue;
      inner.at = JSON.parse(text.slice(start, at + 1)) as string;
      if (inner.names.has(inner.at)) return open.map((each) => String(each.at));
      inner.names.add(inner.at);
    }
  }
  return undefined;
}

/** Where the closing quote of a text is, whose opening one is at the index. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** A step of a JSON pointer. */
export const pointerStep = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
