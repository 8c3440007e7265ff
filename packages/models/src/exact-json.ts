/**
 * JSON whose numbers keep their spelling. Terraform's numbers have any size and any number of digits; JavaScript's
 * have 53 bits, so numbers beyond them are read as text and written unchanged (docs/adr/0091).
 */

/** A value that is already JSON text; {@link writeExactJson} writes it unchanged. */
export class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** For {@link writeExactJson}. With another writer, the value may lose digits. */
  toJSON(): unknown {
    return collected === undefined ? this.withoutWriter() : markOf(collected.push(this.text) - 1);
  }

  toString(): string {
    return this.text;
  }

  protected withoutWriter(): unknown {
    return JSON.parse(this.text);
  }
}

/** A number that a JavaScript number cannot hold. */
export class ExactNumber extends JsonText {
  /** Another writer still gets each digit: a string is better than a different number. */
  protected override withoutWriter(): unknown {
    return this.text;
  }
}

/**
 * Random, so that no text of other people looks like one of these marks. Browsers offer `randomUUID` only to https
 * pages.
 */
const NONCE = [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(36)).join('-');
const MARK = new RegExp(`"${NONCE}:(\\d+)"`, 'g');
const markOf = (index: number): string => `${NONCE}:${index}`;

/** The texts of the current call: nothing interrupts JSON.stringify. */
let collected: string[] | undefined;

/** JSON.stringify for values that may contain {@link JsonText}; undefined has no JSON and gives `null`. */
export function writeExactJson(value: unknown, indent?: number): string {
  const texts: string[] = [];
  collected = texts;
  let json: string;
  try {
    json = (JSON.stringify(value, undefined, indent) as string | undefined) ?? 'null';
  } finally {
    collected = undefined;
  }
  return texts.length === 0 ? json : json.replace(MARK, (_mark, index: string) => texts[Number(index)] ?? '');
}

/**
 * JSON.parse, with an {@link ExactNumber} for each number that a JavaScript number cannot hold.
 *
 * @throws SyntaxError
 */
export function parseExactJson(text: string): unknown {
  const numbers: string[] = [];
  const marked = replaceNumbers(text, (number) => {
    if (isExact(number)) return number;
    return `"${markOf(numbers.push(number) - 1)}"`;
  });
  const value: unknown = JSON.parse(marked);
  return numbers.length === 0 ? value : restore(value, numbers);
}

/** The same JSON, with each number that a JavaScript number cannot hold as a string of its digits. */
export const quoteInexactNumbers = (json: string): string =>
  replaceNumbers(json, (number) => (isExact(number) ? number : `"${number}"`));

/** Whether a number of the JSON is beyond all 64-bit floats, and not only between two of them. */
export function holdsNumberBeyondFloats(json: string): boolean {
  let isFound = false;
  replaceNumbers(json, (number) => {
    isFound ||= !Number.isFinite(Number(number));
    return number;
  });
  return isFound;
}

const STRING_OR_NUMBER = /"|-?\d[\d.eE+-]*/g;

/** Replaces the numbers of a JSON text, except inside strings. */
function replaceNumbers(json: string, replace: (number: string) => string): string {
  const parts: string[] = [];
  let written = 0;
  STRING_OR_NUMBER.lastIndex = 0;
  for (let found = STRING_OR_NUMBER.exec(json); found !== null; found = STRING_OR_NUMBER.exec(json)) {
    const [token] = found;
    if (token === '"') {
      STRING_OR_NUMBER.lastIndex = endOfString(json, found.index);
    } else {
      const other = replace(token);
      if (other === token) continue;
      parts.push(json.slice(written, found.index), other);
      written = found.index + token.length;
    }
  }
  return written === 0 ? json : parts.join('') + json.slice(written);
}

/** The position after the closing quote of the string that begins at `start`; the end of the text without one. */
function endOfString(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote !== -1; quote = json.indexOf('"', quote + 1)) {
    let escapes = quote;
    while (json[escapes - 1] === '\\') escapes -= 1;
    if ((quote - escapes) % 2 === 0) return quote + 1;
  }
  return json.length;
}

const SMALL_INTEGER = /^-?\d{1,15}$/;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Whether a JavaScript number holds exactly this number. Invalid numbers are left to the parser. */
function isExact(text: string): boolean {
  if (SMALL_INTEGER.test(text)) return true;
  const decimal = canonical(text);
  return decimal === undefined || decimal === canonical(String(Number(text)));
}

/** One spelling for all spellings of a decimal number: `1.50` and `15e-1` are the same. */
function canonical(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  if (whole === '') return undefined;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = trimEndZeros(digits);
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** Not a pattern: it would try each run of zeros from each of its digits. */
function trimEndZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

/** Not recursive: a value may nest deeper than the stack. */
function restore(value: unknown, numbers: readonly string[]): unknown {
  const top = { value };
  const open: object[] = [top];
  for (let container = open.pop(); container !== undefined; container = open.pop()) {
    for (const [key, child] of Object.entries(container) as [string, unknown][]) {
      if (typeof child === 'object' && child !== null) open.push(child);
      else if (typeof child === 'string' && child.startsWith(NONCE)) {
        const number = new ExactNumber(numbers[Number(child.slice(NONCE.length + 1))] ?? '');
        Object.defineProperty(container, key, {
          value: number,
          enumerable: true,
          writable: true,
          configurable: true,
        });
      }
    }
  }
  return top.value;
}
