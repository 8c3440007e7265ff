/**
 * Reads JSON piece by piece and reports the values down to a depth, without building them: a state file may be larger
 * than the available memory, and nest deeper than the stack.
 */

export type Kind = 'object' | 'array' | 'string' | 'word';

/** `depth`: the number of open containers around the value; 0 for the outermost one. Offsets are bytes of the file. */
export interface Visitor {
  /** Deeper values are skipped. */
  readonly maxDepth: number;
  begin(depth: number, kind: Kind, offset: number): void;
  end(depth: number, offset: number): void;
  /** The key of the next member, in the object that has `depth` containers around its members. */
  key(depth: number, name: string): void;
}

/** Takes the bytes of a value as they are read. */
export type Sink = (bytes: Uint8Array) => void;

export interface JsonScanner {
  /** @throws JsonProblem */
  write(chunk: Uint8Array): void;
  /** @throws JsonProblem when the text is incomplete */
  finish(): void;
  /** Called by the visitor in `begin`: passes the value's bytes on until it ends. */
  record(start: number, sink: Sink): void;
}

export class JsonProblem extends Error {
  override name = 'JsonProblem';
}

/** The nesting limit of Go's JSON parser, and so of terraform. */
const MAX_NESTING = 10_000;

type Expect = 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing';
type Inside = 'gap' | 'string' | 'escape' | 'hex' | 'word';

const WORD = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)$/;
const ESCAPABLE = new Set([...'"\\/bfnrt'].map((character) => character.charCodeAt(0)));
const MAX_KEY_LENGTH = 64 * 1024;

export function createJsonScanner(visitor: Visitor): JsonScanner {
  /** For each open container, whether it is an object. */
  const open: boolean[] = [];
  let expect: Expect = 'value';
  let inside: Inside = 'gap';
  let isKey = false;
  let hexLeft = 0;
  let base = 0;
  let chunk: Uint8Array = new Uint8Array();
  let word = '';
  /** The start of the key in this chunk, and its part in earlier chunks. */
  let keyFrom = 0;
  let keyStart = '';
  const records: { depth: number; from: number; sink: Sink }[] = [];

  const fail = (at: number, what: string): never => {
    throw new JsonProblem(`${what} at byte ${base + at}`);
  };

  function begin(kind: Kind, at: number): void {
    if (open.length <= visitor.maxDepth) visitor.begin(open.length, kind, base + at);
  }

  function end(at: number): void {
    const depth = open.length;
    while (records.length > 0 && (records.at(-1)?.depth ?? -1) === depth) {
      const record = records.pop();
      if (record) record.sink(chunk.subarray(Math.max(0, record.from - base), at));
    }
    expect = depth === 0 ? 'nothing' : 'comma-or-end';
    if (depth <= visitor.maxDepth) visitor.end(depth, base + at);
  }

  function close(at: number, isObject: boolean): void {
    if (open.at(-1) !== isObject) fail(at, 'a bracket that closes nothing');
    open.pop();
    end(at + 1);
  }

  /** A byte between tokens that is no white space. */
  function step(byte: number, at: number): void {
    switch (expect) {
      case 'value-or-end':
        if (byte === 0x5d) return close(at, false);
        return beginValue(byte, at);
      case 'value':
        return beginValue(byte, at);
      case 'key-or-end':
        if (byte === 0x7d) return close(at, true);
        return beginKey(byte, at);
      case 'key':
        return beginKey(byte, at);
      case 'colon':
        if (byte !== 0x3a) fail(at, 'a colon is missing');
        expect = 'value';
        return;
      case 'comma-or-end':
        if (byte === 0x2c) expect = open.at(-1) === true ? 'key' : 'value';
        else if (byte === 0x7d) close(at, true);
        else if (byte === 0x5d) close(at, false);
        else fail(at, 'a comma is missing');
        return;
      case 'nothing':
        fail(at, 'more than one value');
    }
  }

  function beginKey(byte: number, at: number): void {
    if (byte !== 0x22) fail(at, 'a key is missing');
    isKey = true;
    keyFrom = at;
    keyStart = '';
    inside = 'string';
  }

  function beginValue(byte: number, at: number): void {
    if (byte === 0x7b || byte === 0x5b) {
      const isObject = byte === 0x7b;
      begin(isObject ? 'object' : 'array', at);
      if (open.length === MAX_NESTING) fail(at, `it nests deeper than ${MAX_NESTING} levels`);
      open.push(isObject);
      expect = isObject ? 'key-or-end' : 'value-or-end';
    } else if (byte === 0x22) {
      isKey = false;
      begin('string', at);
      inside = 'string';
    } else {
      begin('word', at);
      word = '';
      inside = 'word';
    }
  }

  function endString(at: number): void {
    inside = 'gap';
    if (!isKey) return end(at + 1);
    expect = 'colon';
    if (open.length > visitor.maxDepth) return;
    const quoted = keyStart + textOf(chunk, keyFrom, at + 1);
    visitor.key(open.length, quoted.length > MAX_KEY_LENGTH ? '' : parseKey(quoted));
  }

  function endWord(at: number, isPlain: boolean): void {
    if (!isPlain && !WORD.test(word)) fail(at, 'neither a number nor true, false or null');
    inside = 'gap';
    end(at);
  }

  /** Skips the inside of a string or a word. @returns the first byte after it */
  function passThrough(from: number): number {
    return inside === 'string' ? passString(chunk, from) : passWord(chunk, from);
  }

  function passString(bytes: Uint8Array, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === 0x22) {
        endString(at);
        return at + 1;
      }
      if (byte === 0x5c) {
        inside = 'escape';
        return at + 1;
      }
      if (byte < 0x20) fail(at, 'a control character in a string');
    }
    return bytes.length;
  }

  function passWord(bytes: Uint8Array, from: number): number {
    let at = from;
    let isDigits = true;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte >= 0x30 && byte <= 0x39) continue;
      if (!isWordByte(byte)) break;
      isDigits = false;
    }
    // Most words are short numbers, and most values in large states are words.
    const isPlain = isDigits && word === '' && at < bytes.length && (bytes[from] !== 0x30 || at === from + 1);
    if (!isPlain) word += textOf(bytes, from, at);
    if (at < bytes.length) endWord(at, isPlain);
    return at;
  }

  function escape(byte: number, at: number): void {
    if (inside === 'hex') {
      if (!isHex(byte)) fail(at, 'a \\u escape without four digits');
      hexLeft -= 1;
      if (hexLeft === 0) inside = 'string';
    } else if (byte === 0x75) {
      inside = 'hex';
      hexLeft = 4;
    } else if (ESCAPABLE.has(byte)) inside = 'string';
    else fail(at, 'an escape that JSON does not have');
  }

  return {
    write(bytes) {
      chunk = bytes;
      for (let at = 0; at < bytes.length;) {
        if (inside === 'gap') {
          while (isSpace(bytes[at] ?? 0)) at += 1;
          if (at === bytes.length) break;
          step(bytes[at] ?? 0, at);
          // The first byte of a word belongs to it.
          if ((inside as Inside) !== 'word') at += 1;
          else if (!isWordByte(bytes[at] ?? 0)) fail(at, 'a value is missing');
        } else if (inside === 'escape' || inside === 'hex') {
          escape(bytes[at] ?? 0, at);
          at += 1;
        } else at = passThrough(at);
      }
      for (const { from, sink } of records) sink(bytes.subarray(Math.max(0, from - base)));
      if (isKey && inside !== 'gap' && inside !== 'word' && keyStart.length <= MAX_KEY_LENGTH)
        keyStart += textOf(bytes, keyFrom, bytes.length);
      keyFrom = 0;
      base += bytes.length;
      chunk = new Uint8Array();
    },
    finish() {
      if (inside === 'word') endWord(0, false);
      if (expect !== 'nothing' || inside !== 'gap') fail(0, 'it ends too early');
    },
    record(start, sink) {
      records.push({ depth: open.length, from: start, sink });
    },
  };
}

/** One character per byte, so that a cut between two bytes of a letter does no harm. */
const textOf = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');

const parseKey = (latin: string): string => {
  const isAscii = /^[ -~]*$/.test(latin);
  return JSON.parse(isAscii ? latin : Buffer.from(latin, 'latin1').toString('utf8')) as string;
};

/** Bytes of numbers and of true, false, null. */
function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (byte >= 0x61 && byte <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x45
  );
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
