/** Decodes base64 that comes in parts, as it stands in JSON: with white space, and characters written as escapes. */
export interface Base64Decoder {
  add(part: Buffer): void;
  /** @returns undefined when it was not base64 */
  end(): Buffer | undefined;
}

/** An escape that may be cut at the end of a part. */
const CUT_ESCAPE = /(?<!\\)(?:\\\\)*(\\(?:u[0-9a-fA-F]{0,3})?)$/;
const ESCAPES = /\\(?:u([0-9a-fA-F]{4})|(.))/gs;
const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '/': '/' };

export function createBase64Decoder(): Base64Decoder {
  const decoded: Buffer[] = [];
  let cut = '';
  let open = '';
  let isOver = false;
  let isValid = true;

  const unescape = (text: string): string => {
    if (!text.includes('\\')) return text;
    cut = CUT_ESCAPE.exec(text)?.[1] ?? '';
    return text
      .slice(0, text.length - cut.length)
      .replace(ESCAPES, (_all, code: string | undefined, letter: string) =>
        code === undefined ? (LETTERS[letter] ?? '\\') : String.fromCharCode(Number.parseInt(code, 16)),
      );
  };

  return {
    add(part) {
      if (!isValid) return;
      const text = cut + part.toString('latin1');
      cut = '';
      const digits = unescape(text).replaceAll(/\s+/g, '');
      if (digits === '') return;
      const hasPadding = digits.endsWith('=');
      isValid = /^[A-Za-z0-9+/]*={0,2}$/.test(digits) && (!isOver || /^=$/.test(digits));
      isOver ||= hasPadding;
      const all = open + digits;
      const whole = all.length - (all.length % 4);
      decoded.push(Buffer.from(all.slice(0, whole), 'base64'));
      open = all.slice(whole);
    },
    end() {
      if (!isValid || cut !== '') return undefined;
      return Buffer.concat([...decoded, Buffer.from(open, 'base64')]);
    },
  };
}
