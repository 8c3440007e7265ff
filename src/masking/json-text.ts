/** The place of a value: the keys and indexes that lead to it. */
export type JsonPath = readonly (string | number)[];

/** Edits for the parts of a JSON text; undefined leaves a part exactly as it is written. */
export interface JsonEdits {
  text(text: string, path: JsonPath): string | undefined;
  /** `source`: the number as it is written. The result is written as a string. */
  number(source: string, path: JsonPath): string | undefined;
  /** `path` leads to the key's value. */
  key(key: string, path: JsonPath): string | undefined;
}

/**
 * Edits a valid JSON text in place: spaces, the order of keys and the digits of numbers stay unchanged, which parsing
 * and writing again would not ensure.
 */
export function editJson(json: string, edits: JsonEdits): string {
  const out: string[] = [];
  let copied = 0;
  const path: (string | number)[] = [];
  /** The open containers: true for an object. */
  const isObject: boolean[] = [];
  let isKey = false;

  const replace = (from: number, to: number, edited: string | undefined): void => {
    if (edited === undefined) return;
    out.push(json.slice(copied, from), writeText(edited));
    copied = to;
  };
  for (let at = 0; at < json.length;) {
    const sign = json[at] as string;
    if (sign === '"') {
      const end = endOfText(json, at);
      const text = JSON.parse(json.slice(at, end)) as string;
      if (isKey) {
        path[path.length - 1] = text;
        replace(at, end, edits.key(text, path));
        isKey = false;
      } else replace(at, end, edits.text(text, path));
      at = end;
    } else if (sign === '-' || (sign >= '0' && sign <= '9')) {
      let end = at + 1;
      while (end < json.length && NUMBER.test(json[end] as string)) end++;
      replace(at, end, edits.number(json.slice(at, end), path));
      at = end;
    } else {
      if (sign === '{' || sign === '[') {
        isObject.push(sign === '{');
        isKey = sign === '{';
        path.push(isKey ? '' : 0);
      } else if (sign === '}' || sign === ']') {
        isObject.pop();
        path.pop();
        isKey = false;
      } else if (sign === ',') {
        isKey = isObject.at(-1) === true;
        if (!isKey) path[path.length - 1] = (path.at(-1) as number) + 1;
      }
      at++;
    }
  }
  return copied === 0 ? json : out.join('') + json.slice(copied);
}

const NUMBER = /[0-9.eE+-]/;

function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Writes as Go's encoder does, so that readers can compare lines as text. */
function writeText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
