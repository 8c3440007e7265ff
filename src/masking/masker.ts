import { buildAutomaton, START, type Automaton } from './automaton.ts';
import { isPlain, readSign, withoutLayout } from './layout.ts';

export const MASK = '***';
const MASK_BYTES = Buffer.from(MASK);
const SPACE = 0x20;

/** Replaces secrets in a stream of bytes, however it is cut into chunks. */
export interface MaskingStream {
  /** Returns the bytes that are safe to pass on; the start of a possible secret is held back. */
  write(chunk: Uint8Array): Buffer;
  /** Returns the bytes held back. The stream can then be used again, as a new one. */
  end(): Buffer;
}

/** Knows the secrets of one step, or of one plan, in every spelling. */
export interface Masker {
  stream(): MaskingStream;
  text(text: string): string;
}

/**
 * `patterns`: every text to be masked, as returned by `spellingsOf`. Everything that a pattern covers becomes a mask,
 * with one mask for overlapping or touching patterns; spaces, line ends, indentation and colours within a secret may
 * differ. The time is linear in the text, whatever the patterns are.
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
      // A text that is not valid Unicode stays unchanged, unless it contains a secret.
      return masked.equals(bytes) ? text : masked.toString();
    },
  };
}

function createStream({ step, depth, longest }: Automaton): MaskingStream {
  let state = START;
  /** Bytes that are not passed on yet. Places are counted from their start. */
  let held: Buffer = Buffer.alloc(0);
  /** The next place to read. */
  let next = 0;
  let isInSpace = false;
  /** The places of the bytes that may be the start of a secret, as many as the depth of the state. */
  let places: Int32Array = new Int32Array(0);
  /** The secret ranges, in order, which neither overlap nor touch. */
  let covered: { from: number; to: number }[] = [];
  /** Whether the last output is a mask. */
  let endsInMask = false;

  /** Continues to read; returns the place before which no secret can start any more. */
  function read(bytes: Buffer, isLast: boolean): number {
    const known = new Int32Array(places.length + bytes.length - next);
    known.set(places);
    let count = places.length;
    while (next < bytes.length) {
      const byte = bytes[next] as number;
      if (isPlain(byte)) {
        // Most bytes take this branch: the rest of the loop is for the others.
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

  /** Passes on the bytes before `safe`. A secret that begins there has a known start, even if its end is not known. */
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
