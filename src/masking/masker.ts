import { buildAutomaton, START, type Automaton } from './automaton.ts';
import { isPlain, readSign, withoutLayout } from './layout.ts';

export const MASK = '***';
const MASK_BYTES = Buffer.from(MASK);
const SPACE = 0x20;

/** Replaces secrets in a stream of bytes, whatever chunks they arrive in. */
export interface MaskingStream {
  /** The bytes that are safe to pass on now; the start of a possible secret is held back. */
  write(chunk: Uint8Array): Buffer;
  /** What was held back. The stream may be written to again, as a new one. */
  end(): Buffer;
}

/** Knows the secrets of one step, or of one plan, in every spelling. */
export interface Masker {
  stream(): MaskingStream;
  text(text: string): string;
}

/**
 * `patterns`: every text to be masked, as of `spellingsOf`. Everything that any of them covers becomes a mask, one for
 * those that overlap or touch; spaces, line ends, indentation and colours within a secret may differ. Takes time linear
 * in the text, whatever the patterns are.
 */
export function createMasker(patterns: Iterable<string>): Masker {
  const needles = [...patterns].map((pattern) => withoutLayout(Buffer.from(pattern)));
  const known = needles.filter((needle) => needle.length > 0);
  if (known.length === 0) {
    const open = { write: (chunk: Uint8Array) => Buffer.from(chunk), end: () => Buffer.alloc(0) };
    return { stream: () => open, text: (text) => text };
  }
  const automaton = buildAutomaton(known);
  return {
    stream: () => createStream(automaton),
    text(text) {
      const stream = createStream(automaton);
      const bytes = Buffer.from(text);
      const masked = Buffer.concat([stream.write(bytes), stream.end()]);
      // A text that is no valid Unicode stays as it is, unless it holds a secret.
      return masked.equals(bytes) ? text : masked.toString();
    },
  };
}

function createStream({ step, depth, longest }: Automaton): MaskingStream {
  let state = START;
  /** Bytes that are not passed on yet. Places are counted from where they begin. */
  let held: Buffer = Buffer.alloc(0);
  /** Where to go on reading. */
  let next = 0;
  let isInSpace = false;
  /** The places of the bytes that may be the start of a secret, so many as the state is deep. */
  let places: Int32Array = new Int32Array(0);
  /** What is secret: pairs in order, which neither overlap nor touch. */
  let covered: { from: number; to: number }[] = [];
  /** Whether the last thing that was passed on is a mask. */
  let endsInMask = false;

  /** Reads on; the place before which nothing can be the start of a secret any more. */
  function read(bytes: Buffer, isLast: boolean): number {
    const known = new Int32Array(places.length + bytes.length - next);
    known.set(places);
    let count = places.length;
    while (next < bytes.length) {
      const byte = bytes[next] as number;
      if (isPlain(byte)) {
        // Nearly every byte: the rest of the loop is for the others.
        isInSpace = false;
        state = step(state, byte);
        known[count++] = next++;
        const size = longest[state] as number;
        if (size > 0) cover({ from: known[count - size] as number, to: next });
        continue;
      }
      const { kind, length } = readSign(bytes, next, isLast);
      if (length === 0) break;
      const isRepeated = kind === 'space' && isInSpace;
      if (kind !== 'nothing') isInSpace = kind === 'space';
      if (kind !== 'nothing' && !isRepeated) {
        state = step(state, kind === 'space' ? SPACE : byte);
        known[count++] = next;
        const size = longest[state] as number;
        if (size > 0) cover({ from: known[count - size] as number, to: next + length });
      }
      next += length;
    }
    places = known.slice(count - (depth[state] as number), count);
    return places[0] ?? next;
  }

  function cover(found: { from: number; to: number }): void {
    for (let last = covered.at(-1); last && last.to >= found.from; last = covered.at(-1)) {
      found.from = Math.min(found.from, last.from);
      covered.pop();
    }
    covered.push(found);
  }

  /** Passes on what lies before `safe`. A secret that begins there is known to its start, if not to its end. */
  function release(bytes: Buffer, safe: number): Buffer {
    const out: Buffer[] = [];
    let done = 0;
    let told = 0;
    for (const { from, to } of covered) {
      if (from > safe) break;
      told++;
      if (from > done) {
        out.push(bytes.subarray(done, from));
        endsInMask = false;
      }
      if (!endsInMask) out.push(MASK_BYTES);
      endsInMask = true;
      done = to;
    }
    if (done < safe) {
      out.push(bytes.subarray(done, safe));
      endsInMask = false;
      done = safe;
    }
    covered = covered.slice(told).map(({ from, to }) => ({ from: from - done, to: to - done }));
    places = places.map((place) => place - done);
    next -= done;
    held = Buffer.from(bytes.subarray(done));
    return Buffer.concat(out);
  }

  return {
    write(chunk) {
      const bytes = Buffer.concat([held, chunk]);
      return release(bytes, read(bytes, false));
    },
    end() {
      read(held, true);
      const rest = release(held, held.length);
      state = START;
      next = 0;
      isInSpace = false;
      places = new Int32Array(0);
      endsInMask = false;
      return rest;
    },
  };
}
