/**
 * The same state file with another serial. The text is kept as it is but for that one number: reading and writing the
 * JSON would round numbers that JavaScript cannot hold.
 *
 * @returns undefined when the file has no serial at its top level
 */
export function withSerial(text: string, serial: number): string | undefined {
  const span = findTopLevelNumber(text, 'serial');
  return span === undefined ? undefined : `${text.slice(0, span.start)}${serial}${text.slice(span.end)}`;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|-?\d[\d.eE+-]*|true|false|null/gs;

/** Where the value of a top-level key is, in a text that is valid JSON. The last one counts, as for JSON.parse. */
function findTopLevelNumber(text: string, name: string): { start: number; end: number } | undefined {
  let depth = 0;
  let key: string | undefined;
  let expectsKey = false;
  let span: { start: number; end: number } | undefined;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') {
      depth += 1;
      expectsKey = depth === 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
    } else if (depth === 1 && token === ',') {
      expectsKey = true;
    } else if (depth === 1 && expectsKey && token.startsWith('"')) {
      key = JSON.parse(token) as string;
      expectsKey = false;
    } else if (depth === 1 && key === name && /^\d/.test(token)) {
      span = { start: index, end: index + token.length };
    }
  }
  return span;
}
