/**
 * Terraform lays out its output: it indents lines, folds long ones at a space, and puts colours and a frame around
 * diagnostics. A masker treats all of that as one space, or as nothing.
 */
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ESCAPE = 0x1b;
const BRACKET = 0x5b;
/** `│` in UTF-8. */
const FRAME = [0xe2, 0x94, 0x82];
/** Longer than any colour sequence of terraform. */
const MAX_SEQUENCE = 32;

/** The kind of text at a place; `length` 0 when more bytes are needed to decide. */
export interface Sign {
  kind: 'text' | 'space' | 'nothing';
  length: number;
}

const TEXT: Sign = { kind: 'text', length: 1 };
const SPACE: Sign = { kind: 'space', length: 1 };
const UNDECIDED: Sign = { kind: 'text', length: 0 };

/** Whether a byte is text at any place. */
export function isPlain(byte: number): boolean {
  return byte > 0x20 && byte !== FRAME[0];
}

export function readSign(bytes: Uint8Array, at: number, isLast: boolean): Sign {
  const byte = bytes[at] as number;
  if (isPlain(byte)) return TEXT;
  if (SPACES.has(byte)) return SPACE;
  if (byte === ESCAPE) return readColour(bytes, at, isLast);
  if (byte !== FRAME[0]) return TEXT;
  for (let index = 1; index < FRAME.length; index++) {
    if (at + index >= bytes.length) return isLast ? TEXT : UNDECIDED;
    if (bytes[at + index] !== FRAME[index]) return TEXT;
  }
  return { kind: 'space', length: FRAME.length };
}

function readColour(bytes: Uint8Array, at: number, isLast: boolean): Sign {
  for (let index = 1; index < MAX_SEQUENCE; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return isLast ? TEXT : UNDECIDED;
    if (index === 1 && byte !== BRACKET) return TEXT;
    // Parameters are digits and characters below the letters; a letter ends the sequence.
    if (index > 1 && byte >= 0x40) return { kind: 'nothing', length: index + 1 };
    if (index > 1 && byte < 0x20) return TEXT;
  }
  return TEXT;
}

/** A text without its layout, also at both ends. */
export function withoutLayout(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < bytes.length;) {
    const { kind, length } = readSign(bytes, at, true);
    if (kind === 'text') out.push(bytes[at] as number);
    else if (kind === 'space' && out.length > 0 && out.at(-1) !== 0x20) out.push(0x20);
    at += length;
  }
  if (out.at(-1) === 0x20) out.pop();
  return Uint8Array.from(out);
}
