const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Deeper than any document of the API. */
export const MAX_DEPTH = 64;

/**
 * A sentence about JSON that costs more to read than its length suggests: too many values, or nested too deep. Looks
 * only at the bytes, before they are parsed; the parser decides later whether they are JSON at all.
 *
 * @param maxValues how many values it may hold, keys of objects not counted
 */
export function findExcess(text: Buffer, maxValues: number): string | undefined {
  let values = 1;
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
      if (values > maxValues) return `The body holds more than ${maxValues} values.`;
      if (byte !== COMMA) depth += 1;
      if (depth > MAX_DEPTH) return `The body nests deeper than ${MAX_DEPTH} levels.`;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      depth -= 1;
    }
  }
  return undefined;
}
